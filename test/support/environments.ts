import { App } from 'cdk8s';
import { environments as declared } from '../../environments';
import { existingSecrets, localCredentials } from '../../lib/components/secrets/sources';
import { namespaceOf } from '../../lib/kube/objects/inventory';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { inOneSynth } from '../../lib/kube/objects/synth-run';
import type { CredentialSource } from '../../lib/kube/secrets/secrets';
import { buildPlatform, type Platform } from '../../lib/platform/platform';
import type { PlatformConfig } from '../../lib/platform/platform-config';

/** Every environment that the project has, by its name. */
export const environments: readonly PlatformConfig[] = Object.values(declared);

/** A Secret that an environment does not write, but says that it needs. */
export interface ExistingSecret {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly keys: readonly string[];
}

/** Everything that one environment writes for Kubernetes. */
export interface World {
  readonly config: PlatformConfig;
  /** Objects by file of `dist/`, in the order in which they are written. */
  readonly files: Readonly<Record<string, readonly Manifest[]>>;
  readonly objects: readonly Manifest[];
  readonly existingSecrets: readonly ExistingSecret[];
}

/** What an environment writes with all of its stacks, and what it needs beside that. */
export function worldOf(config: PlatformConfig): World {
  const needed: ExistingSecret[] = [];
  const { app } = synthesize({ ...config, credentials: recording(config, needed) });
  const files = inOneSynth(app, () =>
    Object.fromEntries(app.charts.map((chart) => [chart.node.id, chart.toJson() as Manifest[]])),
  );
  const objects = Object.values(files).flat();
  const written = (secret: ExistingSecret) =>
    objects.some(
      ({ kind, metadata }) =>
        kind === 'Secret' && metadata.name === secret.name && metadata.namespace === secret.namespace,
    );
  return { config, files, objects, existingSecrets: needed.filter((secret) => !written(secret)) };
}

/** Builds a platform. Nothing is written until somebody synthesizes the app, into `outdir`. */
export function synthesize(
  config: PlatformConfig,
  selection = 'all',
  outdir = 'never-written',
): { app: App; platform: Platform } {
  const app = new App({ outdir });
  return { app, platform: buildPlatform(app, config, selection) };
}

/** The same environment on somebody else's machines: Secrets exist, and images come from a registry that asks for one. */
export function elsewhere(config: PlatformConfig): PlatformConfig {
  return {
    ...config,
    name: `${config.name} elsewhere`,
    local: false,
    images: { registry: 'registry.example.org/mirror', pullSecrets: ['registry'] },
    credentials: existingSecrets(),
  };
}

/** Writes down which Secrets are asked for, unless the entry of a stack has a source of its own: no environment has. */
function recording(config: PlatformConfig, needed: ExistingSecret[]): CredentialSource {
  const { credentials: source = config.local ? localCredentials() : existingSecrets() } = config;
  return {
    provide(scope, spec) {
      needed.push({ namespace: namespaceOf(scope), name: spec.name, keys: Object.keys(spec.keys) });
      return source.provide(scope, spec);
    },
  };
}
