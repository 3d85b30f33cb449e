import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { bundleLibrary } from '../scripts/bundle';
import { bareApp } from './bare-app';
import { asL1 } from './l1-manifest';

const root = join(import.meta.dirname, '..');

/** A program that writes manifests below a folder. */
export interface Program {
  readonly name: string;
  /** Program and arguments. */
  readonly command: (outdir: string) => readonly string[];
}

/** Compiles library-app.ts below a folder; where its JavaScript is, with the library as the package ships it. */
export function compileLibraryApp(folder: string): string {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const compiled = join(folder, 'compiled');
  const args = [tsc, '--project', join(import.meta.dirname, 'tsconfig.json'), '--outDir', compiled];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('the app does not compile');
  // What the package ships, in the place of its modules.
  bundleLibrary(join(compiled, 'lib'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return compiled;
}

/** The same manifests, of an app without the library. */
export function writeBareApp(folder: string, id: string, reference: string): Program {
  const charts = readdirSync(reference).map((file) => ({
    id: file.replace('.k8s.yaml', ''),
    objects: documents(join(reference, file)),
  }));
  const module = join(folder, `bare-${id}.js`);
  writeFileSync(module, bareApp(charts));
  const main = join(folder, `bare-app-${id}.js`);
  writeFileSync(
    main,
    `const { App } = require('cdk8s');
const app = new App({ outdir: process.argv[2] });
require(${JSON.stringify(module)})(app);
app.synth();
`,
  );
  return { name: 'bare', command: (outdir) => [process.execPath, main, outdir] };
}

/** The same manifests, of a helm chart. */
export function writeHelmChart(folder: string, id: string, reference: string, helm: string): Program {
  const chart = join(folder, `chart-${id}`);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n');
  for (const file of readdirSync(reference)) {
    const template = readFileSync(join(reference, file), 'utf8').replaceAll('{{', '{{ "{{" }}');
    writeFileSync(join(chart, 'templates', file), template);
  }
  return { name: 'helm', command: (outdir) => [helm, 'template', 'bench', chart, '--output-dir', outdir] };
}

/** That of the PATH first: the one that CI compiles, without inlining, takes 1.4 times as long as a released one. */
export function findHelm(): string | undefined {
  const candidates = ['helm', join(root, '.tools', 'bin', 'helm')];
  return candidates.find((helm) => spawnSync(helm, ['version']).status === 0);
}

/** Every manifest below a folder, in an order of their own. */
export function manifests(outdir: string): unknown[] {
  const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const key = ({ kind, metadata }: ReturnType<typeof documents>[number]) =>
    `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
  return files.flatMap((file) => documents(join(outdir, file))).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
function documents(file: string): Record<string, any>[] {
  return parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' })
    .map((document) => document.toJS())
    .filter((document) => document !== null)
    .map(asL1);
}
