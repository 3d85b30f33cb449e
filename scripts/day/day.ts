import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { App, Chart } from 'cdk8s';
import { environment, environments } from '../../environments';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { inOneSynth } from '../../lib/kube/objects/synth-run';
import { buildPlatform, type Command, failure, type Platform } from '../../lib/platform';
import { advice, Stop } from './programs';

/** One environment and where it is: what every command works on. */
export interface Day {
  readonly environment: string;
  readonly app: App;
  readonly platform: Platform;
  /** The objects of each file of `dist/`, by the name of the stack. */
  readonly objects: Readonly<Record<string, readonly Manifest[]>>;
  /** The one context of kubeconfig that is used. */
  readonly context: string;
  /** Name of the cluster of kind, where it is the environment's. */
  readonly kind?: string;
  /** Folder of `dist/` and `deploy/`. */
  readonly output: string;
  /** Folder of what has to be remembered: process ids, logs, what was registered. */
  readonly state: string;
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

const ROOT = join(import.meta.dirname, '..', '..');
const COMMON = {
  context: { type: 'string' },
  output: { type: 'string', default: ROOT },
  help: { type: 'boolean', default: false },
} as const satisfies Options;

/** What every command may be told. */
export interface CommonOptions {
  readonly context?: string;
  readonly output: string;
}

/** Runs a command, and says what went wrong in as few words as possible. Ctrl-C ends it and what it has started. */
export async function command<const T extends Options>(
  usage: string,
  options: T,
  main: (values: CommonOptions & Values<T>, words: string[]) => Promise<number>,
): Promise<void> {
  const stopped = (code: number) => () => {
    console.error('\nStopped. `npm run up` goes on from here.');
    process.exit(code);
  };
  process.once('SIGINT', stopped(130)).once('SIGTERM', stopped(143));
  try {
    const { values, positionals } = parseArgs({ options: { ...options, ...COMMON }, allowPositionals: true });
    if ((values as { help?: boolean }).help) console.log(usage);
    else process.exitCode = await main(values as CommonOptions as Parameters<typeof main>[0], positionals);
  } catch (thrown) {
    const error = thrown as Error & { code?: string };
    const isMisuse = error.code?.startsWith('ERR_PARSE_ARGS') === true;
    const known = isMisuse ? usage : advice(error.message);
    console.error(
      `\n${error instanceof Stop ? error.message : known ? `${error.message}\n${known}` : failure(error).trim()}`,
    );
    process.exitCode = isMisuse ? 2 : 1;
  }
}

/**
 * The environment of PLATFORM_ENV, in its own cluster or in that of `--context`.
 * @param all - with all of its stacks, unless PLATFORM_STACKS names some
 * @param outdir - where its app writes `dist/`
 */
export function openDay({ context: named, output }: CommonOptions, { all = false, outdir = '' } = {}): Day {
  const { PLATFORM_ENV: name = 'dev', PLATFORM_STACKS = all ? 'all' : undefined } = process.env;
  const config = environment(name);
  const app = new App(outdir === '' ? {} : { outdir });
  const platform = buildPlatform(
    app,
    named === undefined ? config : { ...config, kubeContext: named },
    PLATFORM_STACKS,
  );
  const { kubeContext: context } = platform;
  if (context === undefined) throw new Stop(`The environment ${name} has no kube context: name one with --context.`);
  const isIts = ({ kubeContext, kind }: (typeof environments)[string]) =>
    (kubeContext ?? `kind-${kind?.name}`) === context;
  const owner = Object.values(environments).find((other) => other.name !== name && isIts(other))?.name;
  if (owner !== undefined) {
    throw new Stop(`'${context}' is the context of the environment ${owner}, not of ${name}: PLATFORM_ENV=${owner}.`);
  }
  const charts = app.node.children.filter(Chart.isChart);
  return {
    environment: name,
    app,
    platform,
    objects: inOneSynth(app, () => Object.fromEntries(charts.map((chart) => [chart.node.id, chart.toJson()]))),
    context,
    kind: named === undefined && config.kubeContext === undefined ? config.kind?.name : undefined,
    output: resolve(output),
    state: join(resolve(output), '.day', `${name}@${context.replaceAll(/[^\w.-]/g, '_')}`),
  };
}

export function allObjects({ objects }: Day): readonly Manifest[] {
  return Object.values(objects).flat();
}

/** The namespaces of the objects of each stack. */
export function namespacesOf({ objects }: Day): Readonly<Record<string, readonly string[]>> {
  const nameOf = ({ kind, metadata }: Manifest) => (kind === 'Namespace' ? metadata.name : metadata.namespace);
  const namesOf = (own: readonly Manifest[]) => [...new Set(own.map(nameOf))].filter((name) => name !== undefined);
  return Object.fromEntries(Object.entries(objects).map(([stack, own]) => [stack, namesOf(own)]));
}

export function kubectl({ context }: Day, ...args: readonly string[]): Command {
  return ['kubectl', `--context=${context}`, ...args];
}

/** A file of `dist/` or `deploy/`, as commands name it. */
export function written({ output }: Day, ...path: readonly string[]): string {
  const shown = relative(process.cwd(), join(output, ...path));
  return shown.startsWith('..') ? join(output, ...path) : shown;
}

/** What was remembered under a name. */
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

export function forget({ state }: Day, name = ''): void {
  rmSync(join(state, name), { recursive: true, force: true });
}
