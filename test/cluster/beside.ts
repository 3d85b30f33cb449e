import { afterAll, describe, expect, test } from 'vitest';
import type { HelmRelease } from '../../lib/deploy/helm/release';
import type { Manifest } from '../../lib/kube/serialization';
import { render, unrenderable } from '../deploy/helm/render';
import { settle } from '../support/control-plane/settle';
import { synthesize } from '../support/environments';
import { list, type Stage } from './stage';

/**
 * Releases whose pods cannot meet the level that their namespace warns of: the eoAPI chart has no security context, so
 * the namespace enforces `baseline` and warns of `restricted`.
 */
const WARNED: readonly HelmRelease['name'][] = ['stac'];

const POD_SECURITY = /^Warning: would violate PodSecurity "restricted:latest": /;

/** The objects of the helm releases, in the same namespaces, under the same quotas. */
export function beside(stage: Stage): void {
  const { config } = stage.production;
  const releases = config === undefined ? [] : synthesize(config).platform.releases;
  const { api, kubectl } = stage.cluster;

  describe.each(releases)('release $name', (release) => {
    const { name, namespace } = release;
    const reason = unrenderable([release]);
    const objects = reason === '' ? objectsOf(release) : [];
    const apply = () => kubectl.try(['apply', `--namespace=${namespace}`, '-f', '-'], list(objects));
    afterAll(async () => {
      if (objects.length > 0 && stage.applied) {
        await stage.kubectl(['delete', `--namespace=${namespace}`, '--ignore-not-found', '-f', '-'], objects);
      }
    });

    test('kubectl apply takes all of it', async ({ skip }) => {
      skip(reason !== '', reason);
      const { code, stderr } = await apply();
      const warnings = stderr.split('\n').filter((line) => line !== '');
      expect(warnings.filter((line) => !(WARNED.includes(name) && POD_SECURITY.test(line)))).toEqual([]);
      expect(code).toBe(0);
    });

    test('its pods are admitted and placed', async ({ skip }) => {
      skip(reason !== '', reason);
      await settle(api, [namespace]);
    });

    test('kubectl diff shows nothing', async ({ skip }) => {
      skip(reason !== '', reason);
      const { code, stdout, stderr } = await kubectl.try(
        ['diff', `--namespace=${namespace}`, '-f', '-'],
        list(objects),
      );
      const other = stderr.split('\n').filter((line) => line !== '' && !POD_SECURITY.test(line));
      expect([code, stdout, other]).toEqual([0, '', []]);
    });
  });
}

/** What the release installs, hooks included; neither its tests nor what nothing here could answer. */
function objectsOf(release: HelmRelease): readonly Manifest[] {
  const objects: readonly Manifest[] = render(release);
  return objects.filter(
    ({ kind, metadata }) =>
      // An API of its own needs a pod that answers: without one nothing could list the API any more.
      kind !== 'APIService' && !metadata.annotations?.['helm.sh/hook']?.includes('test'),
  );
}
