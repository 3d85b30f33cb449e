import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { isCustom } from '../support/custom-resources';
import { container, deployment, object, service } from '../support/manifests';
import { describeRule, eachObject, everyWorld, type Manifest, world } from '../support/rules';

interface Model {
  new (data: object): { validate(): void };
}

const require = createRequire(import.meta.url);

/** The models of kubernetes-models by API version and kind, for every kind that is written. */
const models = new Map<string, Model>();
const own = everyWorld().flatMap(({ objects }) => objects.filter((manifest) => !isCustom(manifest)));
for (const { apiVersion, kind } of own) {
  const id = `${apiVersion}/${kind}`;
  if (!models.has(id)) models.set(id, require(`kubernetes-models/${id}`)[kind]);
}

/** Types, required fields and enumerations of what is Kubernetes' own; unknown fields are what kubeconform looks for. */
const rule = eachObject((manifest) => {
  if (isCustom(manifest)) return [];
  const Model = models.get(`${manifest.apiVersion}/${manifest.kind}`);
  if (Model === undefined) return [`there is no model of ${manifest.apiVersion} ${manifest.kind}`];
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
});

const apps = (manifest: Manifest) => world([{ ...manifest, apiVersion: 'apps/v1' }]);

it('there is a model of every kind that is written', () => {
  expect([...models].filter(([, Model]) => Model === undefined)).toEqual([]);
  expect(models.size).toBeGreaterThanOrEqual(10);
});

describeRule('every object has the schema of Kubernetes', rule, {
  good: [apps(deployment()), world([service(), object('ConfigMap', 'a', { data: { a: 'b' } })])],
  bad: [
    [apps(deployment({}, { spec: { replicas: 'three' } })), 'Deployment api: data/spec/replicas must be integer'],
    [
      apps(deployment({ containers: [container({ ports: [{ name: 'http' }] })] })),
      'Deployment api: data/spec/template/spec/containers/0/ports/0 must have required property containerPort',
    ],
    [world([object('ConfigMap', 'a', { data: { a: 1 } })]), 'ConfigMap a: data/data/a must be string'],
    [world([object('Gadget', 'a')]), 'Gadget a: there is no model of v1 Gadget'],
  ],
});
