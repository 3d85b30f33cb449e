import { Size } from 'cdk8s';
import * as plus28 from 'cdk8s-plus-28';
import * as plus33 from 'cdk8s-plus-33';
import { describe, expect, it } from 'vitest';
import { Deployment, type Env, NodePool, patch, SecretRef, setNodePools } from '../../lib';
import { type Manifest, objectOf, synth, testChart } from '../support/synth';

/** The classes that props are made of, but for the values of environment variables, whose own props differ. */
type Plus = Pick<typeof plus28, 'Cpu'> & { readonly k8s: Pick<typeof plus28.k8s, 'IntOrString' | 'Quantity'> };

const secretKey = { secret: { name: 'db' } as plus28.ISecret & plus33.ISecret, key: 'user' };
const env28: Env = {
  TEXT: plus28.EnvValue.fromValue('a'),
  POD: plus28.EnvValue.fromFieldRef(plus28.EnvFieldPaths.POD_NAME),
  KEY: plus28.EnvValue.fromSecretValue(secretKey),
  CORES: plus28.EnvValue.fromResource(plus28.ResourceFieldPaths.CPU_LIMIT, { divisor: '1m' }),
};
const env33: Env = {
  TEXT: plus33.EnvValue.fromValue('a'),
  POD: plus33.EnvValue.fromFieldRef(plus33.EnvFieldPaths.POD_NAME),
  KEY: plus33.EnvValue.fromSecretValue(secretKey),
  CORES: plus33.EnvValue.fromResource(plus33.ResourceFieldPaths.CPU_LIMIT, { divisor: '1m' }),
};

/** A Deployment whose props are given in the values of one version of cdk8s-plus, with all of their kinds. */
function deployment({ Cpu, k8s }: Plus, env: Env): Manifest[] {
  const chart = testChart();
  const pool = new NodePool({
    name: 'general',
    labels: { role: 'general' },
    capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
  });
  setNodePools(chart, [pool]);
  const client = new Deployment(chart, 'client', {
    identity: { name: 'client', instance: 'client', component: 'web' },
    pod: {
      securityContext: { user: 1000 },
      nodePool: pool,
      containers: [
        {
          name: 'main',
          image: 'example.org/client:1.2.3',
          ports: { http: 8080 },
          resources: {
            requests: { cpu: Cpu.millis(1500), memory: Size.mebibytes(64) },
            limits: { cpu: Cpu.units(2), memory: Size.mebibytes(128) },
          },
          env: { PASSWORD: new SecretRef('db').key('password'), ...env },
          probes: {
            liveness: { httpGet: { path: '/', port: k8s.IntOrString.fromNumber(8080) } },
            readiness: { tcpSocket: { port: k8s.IntOrString.fromString('http') } },
          },
        },
      ],
    },
  });
  patch(
    client,
    { op: 'add', path: '/spec/strategy', value: { rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1) } } },
    {
      op: 'add',
      path: '/spec/template/spec/overhead',
      value: { cpu: k8s.Quantity.fromString('1m'), memory: k8s.Quantity.fromNumber(64) },
    },
  );
  return synth(chart);
}

describe('the values of cdk8s-plus-33', () => {
  it('are not those of cdk8s-plus-28', () => {
    expect(plus33.EnvValue.fromValue('a')).not.toBeInstanceOf(plus28.EnvValue);
    expect(plus33.k8s.Quantity.fromNumber(1)).not.toBeInstanceOf(plus28.k8s.Quantity);
  });

  it('are taken wherever those of cdk8s-plus-28 are, and written in the same way', () => {
    expect(deployment(plus33, env33)).toEqual(deployment(plus28, env28));
  });

  it('are none of those that the API server would refuse', () => {
    const value = plus33.k8s.Quantity.fromNumber(Number.NaN);
    const chart = testChart();
    const target = new plus33.k8s.KubeConfigMap(chart, 'settings', { metadata: { name: 'settings' } });
    patch(target, { op: 'add', path: '/data', value: { a: value } });
    expect(() => synth(chart)).toThrow("demo/settings: 'patch /data' must be a value that YAML can hold, got NaN");
  });
});

it('an object of cdk8s-plus-33 is patched like any other', () => {
  const chart = testChart();
  const target = new plus33.ConfigMap(chart, 'settings', { metadata: { name: 'settings' }, data: { a: 'b' } });
  patch(target, { op: 'add', path: '/data/c', value: 'd' });
  expect(objectOf(chart, 'ConfigMap').data).toEqual({ a: 'b', c: 'd' });
});
