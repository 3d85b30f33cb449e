import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import {
  HttpRoute,
  Ingress,
  LimitRange,
  Namespace,
  ResourceQuota,
  RuntimeClass,
  ServiceAccount,
  StorageClass,
} from '../../lib';
import { ModelDeployment } from '../../lib/stacks/model-platform';
import { object } from '../support/manifests';
import { describeRule, type Manifest, type Rule, world } from '../support/rules';

const idOf = ({ apiVersion, kind, metadata }: Manifest) =>
  [apiVersion.replace(/\/?[^/]+$/, ''), kind, metadata.namespace, metadata.name].join(' ').trim();

const rule: Rule = ({ objects }) => {
  const ids = objects.map(idOf);
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is there twice`);
};

describeRule('no two objects are the same to the API server', rule, {
  good: [
    world([
      object('ConfigMap', 'a'),
      object('Secret', 'a'),
      object('ConfigMap', 'a', { metadata: { namespace: 'b' } }),
    ]),
  ],
  bad: [
    [world([object('Secret', 'a'), object('Secret', 'a')]), 'Secret demo a is there twice'],
    [
      world([object('Job', 'a', { apiVersion: 'batch/v1' }), object('Job', 'a', { apiVersion: 'batch/v1beta1' })]),
      'batch Job demo a is there twice',
    ],
  ],
});

const backend = { serviceName: 'web', port: 80 };
const amounts = { cpu: Cpu.millis(50), memory: Size.mebibytes(64) };
type Make = (scope: Construct, id: string) => Construct;
const makes: Readonly<Record<string, Make>> = {
  HTTPRoute: (scope, id) =>
    new HttpRoute(scope, id, { name: 'a', backend, gateway: { name: 'edge' }, hostnames: [`${id}.example.org`] }),
  Ingress: (scope, id) =>
    new Ingress(scope, id, {
      name: 'a',
      backend,
      host: `${id}.example.org`,
      ingressClassName: 'nginx',
      tlsSecretName: 'a-tls',
    }),
  LimitRange: (scope, id) => new LimitRange(scope, id, { name: 'a', defaultRequest: amounts }),
  ModelDeployment: (scope, id) => new ModelDeployment(scope, id, { name: 'a', modelName: 'iris', modelVersion: 1 }),
  Namespace: (scope, id) => new Namespace(scope, id, { name: 'a' }),
  ResourceQuota: (scope, id) => new ResourceQuota(scope, id, { name: 'a', pods: 1 }),
  RuntimeClass: (scope, id) => new RuntimeClass(scope, id, { name: 'a' }),
  ServiceAccount: (scope, id) => new ServiceAccount(scope, id, { name: 'a' }),
  StorageClass: (scope, id) =>
    new StorageClass(scope, id, { name: 'a', provisioner: 'example.org/disk', reclaimPolicy: 'Retain' }),
};

test.each(Object.entries(makes))('an app of nothing else fails where two of kind %s have one name', (kind, make) => {
  const chart = new Chart(new App(), 'demo', { namespace: 'demo' });
  make(chart, 'one');
  expect(() => chart.toJson()).not.toThrow();
  make(chart, 'two');
  expect(() => chart.toJson()).toThrow(`demo/two/Default: 'name' must be unique for a ${kind}`);
});
