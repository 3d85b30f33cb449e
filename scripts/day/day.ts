import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { App, Chart } from 'cdk8s';
import { environment, environments } from '../../environments';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { inOneSynth } from '../../lib/kube/objects/synth-run';
import { buildPlatform, type Command, failure, type Platform } from '../../lib/platform';
import { adviceFor, Stop } from './programs';

const ROOT = join(import.meta.dirname, '..', '..');

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

/** What `parseArgs` makes of options. */
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** Options that every command has. */
export const COMMON = {
  context: { type: 'string' },
  output: { type: 'string', default: ROOT },
  help: { type: 'boolean', default: false },
} as const satisfies Options;

export interface CommonOptions {
  readonly context?: string;
  readonly output: string;
}

/**
 * Runs a command, and says what went wrong in as few words as possible. Ctrl-C ends it and what it has started.
 * @param usage - its first line is `npm run NAME -- …`
 */
export async function command<const T extends Options>(
  usage: string,
  options: T,
  main: (values: CommonOptions & Values<T>, words: string[]) => Promise<number>,
): Promise<void> {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      console.error('\nStopped. `npm run up` goes on from here.');
      process.exit(code);
    });
  }
  try {
    const { values, positionals } = parse(usage, options);
    process.exitCode = await main(values as CommonOptions as Parameters<typeof main>[0], positionals);
  } catch (error) {
    console.error(`\n${explained(error as Error)}`);
    process.exitCode = 1;
  }
}

function parse(usage: string, options: Options) {
  try {
    const found = parseArgs({ options: { ...options, ...COMMON }, allowPositionals: true });
    if (found.values.help !== true) return found;
    console.log(usage);
    return process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
}

function explained(error: Error): string {
  if (error instanceof Stop) return error.message;
  const advice = adviceFor(error.message);
  return advice === undefined ? failure(error).trim() : `${error.message}\n${advice}`;
}

/**
 * The environment of PLATFORM_ENV, in its own cluster or in that of `--context`.
 * @param all - with all of its stacks, unless PLATFORM_STACKS names some
 */
export function openDay(
  { context, output }: CommonOptions,
  { all = false, outdir }: { all?: boolean; outdir?: string } = {},
): Day {
  const { PLATFORM_ENV: name = 'dev', PLATFORM_STACKS = all ? 'all' : undefined } = process.env;
  const declared = environment(name);
  const config = context === undefined ? declared : { ...declared, kubeContext: context };
  const app = new App({ outdir });
  const platform = buildPlatform(app, config, PLATFORM_STACKS);
  const { kubeContext } = platform;
  if (kubeContext === undefined)
    throw new Stop(`The environment ${name} has no kube context: name one with --context.`);
  const owner = Object.values(environments).find((other) => other.name !== name && contextOf(other) === kubeContext);
  if (owner !== undefined) {
    throw new Stop(
      `'${kubeContext}' is the context of the environment ${owner.name}, not of ${name}: PLATFORM_ENV=${owner.name}.`,
    );
  }
  return {
    environment: name,
    app,
    platform,
    objects: inOneSynth(app, () =>
      Object.fromEntries(app.node.children.filter(Chart.isChart).map((chart) => [chart.node.id, chart.toJson()])),
    ),
    context: kubeContext,
    kind: context === undefined && config.kubeContext === undefined ? config.kind?.name : undefined,
    output: resolve(output),
    state: join(resolve(output), '.day', `${name}@${kubeContext.replaceAll(/[^\w.-]/g, '_')}`),
  };
}

function contextOf({ kubeContext, kind }: (typeof environments)[string]): string | undefined {
  return kubeContext ?? (kind && `kind-${kind.name}`);
}

/** The namespaces of each stack: of its objects. */
export function namespacesOf({ objects }: Day): Readonly<Record<string, readonly string[]>> {
  const names = (objects: readonly Manifest[]) =>
    objects.map(({ kind, metadata }) => (kind === 'Namespace' ? metadata.name : metadata.namespace));
  return Object.fromEntries(
    Object.entries(objects).map(([id, own]) => [id, [...new Set(names(own))].filter((name) => name !== undefined)]),
  );
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
