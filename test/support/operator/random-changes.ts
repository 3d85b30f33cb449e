import fc from 'fast-check';
import type { Models } from './model-cluster';
import { randomSpec } from './random-specs';

/** Changes that users make: they create, update, scale and delete models of a few names. */
const randomChange = fc.record({
  kind: fc.constantFrom('create', 'create', 'update', 'scale', 'delete'),
  name: fc.integer({ min: 0, max: 9 }).map((index) => `model-${index}`),
  spec: randomSpec,
});

export function randomChanges(count: number, seed: number) {
  return fc.sample(randomChange, { numRuns: count, seed });
}

/** Makes a change; one of a model that is not there, or is there already, changes nothing. */
export async function make(models: Models, { kind, name, spec }: ReturnType<typeof randomChanges>[number]) {
  const { api } = models.cluster;
  const path = `${models.path}/${name}`;
  if (kind === 'delete') await models.delete(name);
  else if (kind === 'create') await models.create(name, spec).catch(() => {});
  else {
    const changed = kind === 'scale' ? { replicas: spec.replicas } : { ...spec };
    await api.send('PATCH', path, { spec: changed }, 'application/merge-patch+json');
  }
}
