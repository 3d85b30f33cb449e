import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { App, Chart } from 'cdk8s';
import { environment, environments } from '../../environments';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { inOneSynth } from '../../lib/kube/objects/synth-run';
import { buildPlatform, type Command, failure } from '../../lib/platform';
import { advice, run, Stop, stop } from './programs';

/** One environment and where it is: what every command works on. */
export type Day = ReturnType<typeof openDay>;

/** Opens the environment: with all of its stacks, unless PLATFORM_STACKS names some; `outdir` is where it is written. */
export type Open = (more?: { readonly all?: boolean; readonly outdir?: string }) => Day;

const COMMON = { context: '', help: false };

/** Runs a command with options that have these defaults. Ctrl-C ends it and what it has started. */
export async function command<T extends object>(
  usage: string,
  defaults: T,
  main: (open: Open, values: T, words: readonly string[]) => Promise<number | undefined>,
): Promise<void> {
  const stopped = (code: number) => () => {
    console.error('\nStopped. `npm run up` goes on from here.');
    process.exit(code);
  };
  process.chdir(join(import.meta.dirname, '..', '..'));
  process.once('SIGINT', stopped(130)).once('SIGTERM', stopped(143));
  try {
    const all = Object.entries({ ...defaults, ...COMMON });
    const options = all.map(([name, value]) => {
      const type = typeof value === 'boolean' ? ('boolean' as const) : ('string' as const);
      return [name, { type, short: name[0], multiple: Array.isArray(value) }];
    });
    const { values, positionals } = parseArgs({ options: Object.fromEntries(options), allowPositionals: true });
    const { context, help, ...own } = { ...defaults, ...COMMON, ...values };
    if (help) console.log(usage);
    else process.exitCode = await main((more) => openDay(context || undefined, more), own as T, positionals);
  } catch (thrown) {
    const error = thrown as Error & { code?: string };
    const isMisuse = error.code?.startsWith('ERR_PARSE_ARGS') === true;
    const known = isMisuse ? usage : advice(error.message);
    const said = known ? `${error.message}\n${known}` : failure(error).trim();
    console.error(`\n${error instanceof Stop ? error.message : said}`);
    process.exitCode = isMisuse ? 2 : 1;
  }
}

/** The environment of PLATFORM_ENV, in its own cluster or in that of `--context`. */
function openDay(named: string | undefined, { all = false, outdir = 'dist' }: Parameters<Open>[0] = {}) {
  const { PLATFORM_ENV: name = 'dev', PLATFORM_STACKS = all ? 'all' : undefined } = process.env;
  const config = environment(name);
  const app = new App({ outdir });
  const platform = buildPlatform(app, { ...config, kubeContext: named ?? config.kubeContext }, PLATFORM_STACKS);
  const { kubeContext: context } = platform;
  if (context === undefined) stop(`The environment ${name} has no kube context: name one with --context.`);
  const isIts = ({ kubeContext, kind }: (typeof environments)[string]) =>
    (kubeContext ?? `kind-${kind?.name}`) === context;
  const owner = Object.values(environments).find((other) => other.name !== name && isIts(other))?.name;
  if (owner) stop(`'${context}' is the context of the environment ${owner}, not of ${name}: PLATFORM_ENV=${owner}.`);
  const charts = app.node.children.filter(Chart.isChart);
  const objects: Readonly<Record<string, readonly Manifest[]>> = inOneSynth(app, () =>
    Object.fromEntries(charts.map((chart) => [chart.node.id, chart.toJson()])),
  );
  return {
    environment: name,
    app,
    platform,
    /** The objects of each file of `dist/`, by the name of the stack. */
    objects,
    allObjects: Object.values(objects).flat(),
    context,
    /** Name of the cluster of kind, where it is the environment's. */
    kind: named === undefined && config.kubeContext === undefined ? config.kind?.name : undefined,
    /** Folder of what has to be remembered: process ids, logs, what was registered. */
    state: resolve('.day', `${name}@${context.replaceAll(/[^\w.-]/g, '_')}`),
  };
}

export function namespacesOf({ objects }: Day): Readonly<Record<string, readonly string[]>> {
  const nameOf = ({ kind, metadata }: Manifest) => (kind === 'Namespace' ? metadata.name : metadata.namespace);
  const namesOf = (own: readonly Manifest[]) => [...new Set(own.map(nameOf))].filter((name) => name !== undefined);
  return Object.fromEntries(Object.entries(objects).map(([stack, own]) => [stack, namesOf(own)]));
}

export function kubectl({ context }: Day, ...args: readonly string[]): Command {
  return ['kubectl', `--context=${context}`, ...args];
}

export const listed = async (day: Day, ...args: readonly string[]): Promise<readonly Manifest[]> =>
  JSON.parse(await run(kubectl(day, ...args, '-o', 'json'))).items;

export function remembered<T>({ state }: Day, name: string): T | undefined {
  try {
    return JSON.parse(readFileSync(join(state, name), 'utf8'));
  } catch {
    return undefined;
  }
}

export function remember({ state }: Day, name: string, value: unknown): void {
  mkdirSync(state, { recursive: true });
  writeFileSync(join(state, name), JSON.stringify(value), { mode: 0o600 });
}

export const forget = ({ state }: Day, name = '') => rmSync(join(state, name), { recursive: true, force: true });
