import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { type Files, writeFiles } from '../../lib/platform/files';
import { objectKey } from '../../lib/platform/helm-chart/objects';
import { findProgram } from '../platform/releases/programs';
import type { Manifest } from './synth';

/** helm, or why there is none. */
export function findHelm(): { readonly helm: string } | string {
  const helm = findProgram('helm');
  return helm === undefined ? 'no helm on the search path or in .tools/bin' : { helm };
}

export interface HelmRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a chart is rendered with. */
export interface Rendering {
  readonly namespace?: string;
  /** Its own values files, by name. */
  readonly files?: readonly string[];
  readonly values?: object;
}

/** A chart in a folder of its own. */
export class ChartFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'chart-'));

  constructor(
    private readonly helm: string,
    files: Files,
  ) {
    writeFiles(this.path, files);
  }

  run(command: string, args: readonly string[] = [], input = ''): HelmRun {
    const { status, stdout, stderr } = spawnSync(this.helm, [command, ...args], {
      encoding: 'utf8',
      input,
      maxBuffer: 2 ** 26,
    });
    return { code: status, stdout, stderr };
  }

  template({ namespace = 'elsewhere', files = [], values = {} }: Rendering = {}): HelmRun {
    const given = files.flatMap((file) => ['--values', join(this.path, file)]);
    const args = ['release', this.path, '--namespace', namespace, ...given, '--values', '-'];
    return this.run('template', args, stringify(values));
  }

  /** The objects that it renders, by what they are called in it, or why it renders none. */
  tryRender(rendering: Rendering = {}): { readonly objects?: Record<string, Manifest>; readonly error: string } {
    const { code, stdout, stderr } = this.template(rendering);
    if (code !== 0) return { error: stderr };
    const documents = parseAllDocuments(stdout, { version: '1.1' });
    return { error: '', objects: byKey(documents.map((document) => document.toJS() as Manifest | null)) };
  }

  /** @throws Error with what helm says, where it renders nothing */
  render(rendering: Rendering = {}): Record<string, Manifest> {
    const { objects, error } = this.tryRender(rendering);
    if (objects === undefined) throw new Error(error);
    return objects;
  }

  /** Its default values. */
  defaults(): Record<string, unknown> {
    return parse(readFileSync(join(this.path, 'values.yaml'), 'utf8'));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Objects by kind and name; Jobs without the hash of their spec. */
export function byKey(objects: readonly (Manifest | null)[]): Record<string, Manifest> {
  return Object.fromEntries(objects.flatMap((object) => (object === null ? [] : [[objectKey(object), object]])));
}
