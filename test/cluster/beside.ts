import { afterAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { Release } from '../../lib/platform/releases/release';
import { render, unrenderable } from '../platform/releases/render';
import { settle } from '../support/control-plane/settle';
import { synthesize } from '../support/environments';
import { define, list, type Stage } from './stage';

/**
 * Containers that cannot meet the level that their namespace warns of, because their chart takes no security context for
 * them. These namespaces enforce `baseline` and warn of `restricted`.
 */
const WARNED: Readonly<Partial<Record<Release['name'], RegExp>>> = {
  stac: /./,
  mlflow: /^ini-file-initializer$/,
};

const DEFINITION = 'CustomResourceDefinition';

const POD_SECURITY = /^Warning: would violate PodSecurity "restricted:latest": /;

/** What asks a pod that answers: with pods that exist only as objects, the API could not be used any more. */
const ASKING = ['APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** The objects of the helm releases, in the same namespaces, under the same quotas. */
export function beside(stage: Stage): void {
  const { config } = stage.production;
  const releases = config === undefined ? [] : synthesize(config).platform.releases;
  const { api, kubectl } = stage.cluster;
  const installed = releases.map((release) => {
    const reason = unrenderable([release]);
    return { ...release, reason, objects: reason === '' ? objectsOf(release) : [] };
  });
  afterAll(async () => {
    if (!stage.applied) return;
    const { definitions } = stage;
    const kept = typeof definitions === 'string' ? [] : definitions.map(({ metadata }) => metadata.name);
    const own = installed
      .flatMap(({ objects }) => objects)
      .filter(({ kind, metadata }) => kind !== DEFINITION || !kept.includes(metadata.name));
    if (own.length > 0)
      await stage.kubectl(['delete', '--wait=false', '--ignore-not-found', '-f', '-'], own.toReversed());
  });

  describe.each(installed)('release $name', ({ name, namespace, objects, reason }) => {
    // As helm applies them.
    const flags = ['--server-side', '--force-conflicts'];

    test('the API server takes all of it', async ({ skip }) => {
      skip(reason !== '', reason);
      await define(
        kubectl,
        objects.filter(({ kind }) => kind === DEFINITION),
        ['--force-conflicts'],
      );
      const { code, stderr } = await kubectl.try(['apply', ...flags, '-f', '-'], list(objects));
      expect(warnings(stderr).filter((line) => !isKnown(name, line))).toEqual([]);
      expect(code).toBe(0);
    });

    test('its pods are admitted and placed', async ({ skip }) => {
      skip(reason !== '', reason);
      await settle(api, [namespace]);
    });

    test('kubectl diff shows nothing', async ({ skip }) => {
      skip(reason !== '', reason);
      const { code, stdout, stderr } = await kubectl.try(['diff', ...flags, '-f', '-'], list(objects));
      const said = warnings(stderr).filter((line) => !isKnown(name, line));
      expect([code, stdout, said]).toEqual([0, '', []]);
    });
  });
}

/** Whether a warning is about containers that are known to deserve it, and about no others. */
function isKnown(release: Release['name'], warning: string): boolean {
  const known = WARNED[release];
  if (known === undefined || !POD_SECURITY.test(warning)) return false;
  const containers = [...warning.matchAll(/containers? ((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, names = '']) =>
    names.split(', ').map((name) => name.replaceAll('"', '')),
  );
  return containers.every((container) => known.test(container));
}

function warnings(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => line !== '');
}

/** What the release installs, hooks included, but for its tests and for what asks its pods. */
function objectsOf(release: Release): readonly Manifest[] {
  const objects: readonly Manifest[] = render(release);
  return objects
    .filter(({ kind, metadata }) => !ASKING.includes(kind) && !metadata.annotations?.['helm.sh/hook']?.includes('test'))
    .map(({ metadata, ...object }) => ({
      ...object,
      // As helm does it; the API server takes it off what has none.
      metadata: { namespace: release.namespace, ...metadata },
    }));
}
