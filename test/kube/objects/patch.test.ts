import { JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PatchOperation, patch } from '../../../lib/kube/objects/patch';
import { clusterScoped } from '../../../lib/kube/objects/serialization';
import { objectOf, synth, testChart } from '../../support/synth';

/** A Service that is patched, as it is written. */
function patched(...operations: PatchOperation[]) {
  const chart = testChart();
  patch(service(chart), ...operations);
  return objectOf(chart, 'Service');
}

function service(scope: Construct) {
  return new k8s.KubeService(scope, 'service', {
    metadata: { name: 'web', annotations: { 'example.org/a': 'x' } },
    spec: {
      ports: [
        { name: 'http', port: 80 },
        { name: 'https', port: 443 },
      ],
    },
  });
}

function failure(...operations: PatchOperation[]) {
  return () => patched(...operations);
}

describe('a patch', () => {
  it('adds a field', () => {
    expect(patched({ op: 'add', path: '/spec/sessionAffinity', value: 'ClientIP' }).spec.sessionAffinity).toBe(
      'ClientIP',
    );
  });

  it('adds a field that Kubernetes knows and the L1 does not', () => {
    expect(
      patched({ op: 'add', path: '/spec/newerThanTheLibrary', value: { a: [1] } }).spec.newerThanTheLibrary,
    ).toEqual({
      a: [1],
    });
  });

  it('replaces a field', () => {
    expect(patched({ op: 'replace', path: '/spec/ports/0/port', value: 8080 }).spec.ports[0].port).toBe(8080);
  });

  it('removes a field', () => {
    expect(patched({ op: 'remove', path: '/spec/ports/0/name' }).spec.ports[0]).toEqual({ port: 80 });
  });

  it('adds to the end of a list', () => {
    const { ports } = patched({ op: 'add', path: '/spec/ports/-', value: { name: 'grpc', port: 81 } }).spec;
    expect(ports.map(({ name }: { name: string }) => name)).toEqual(['http', 'https', 'grpc']);
  });

  it('adds between two entries of a list', () => {
    const { ports } = patched({ op: 'add', path: '/spec/ports/1', value: { name: 'grpc', port: 81 } }).spec;
    expect(ports.map(({ name }: { name: string }) => name)).toEqual(['http', 'grpc', 'https']);
  });

  it('reaches keys that hold a slash or a tilde', () => {
    const path = '/metadata/annotations/example.org~1a';
    expect(patched({ op: 'replace', path, value: 'y' }).metadata.annotations).toEqual({ 'example.org/a': 'y' });
    expect(patched({ op: 'add', path: `${path}~0b`, value: 'y' }).metadata.annotations).toEqual({
      'example.org/a': 'x',
      'example.org/a~b': 'y',
    });
  });

  it('writes the quantities and ports of an L1 as what they stand for, at any depth', () => {
    const value = { a: [k8s.Quantity.fromString('10Gi')], b: k8s.IntOrString.fromNumber(80) };
    expect(patched({ op: 'add', path: '/spec/extra', value }).spec.extra).toEqual({ a: ['10Gi'], b: 80 });
  });

  it.each([8002, 1, '10Gi', true, 0, -0, ''])('keeps %j as it was given, where a patch of cdk8s loses it', (value) => {
    expect(patched({ op: 'replace', path: '/spec/ports/0/port', value }).spec.ports[0].port).toEqual(
      value === 0 ? 0 : value,
    );
  });

  it('applies its operations in their order, and later patches after earlier ones', () => {
    const chart = testChart();
    const target = service(chart);
    patch(target, { op: 'add', path: '/spec/a', value: {} }, { op: 'add', path: '/spec/a/b', value: 1 });
    patch(target, { op: 'replace', path: '/spec/a/b', value: 2 });
    expect(objectOf(chart, 'Service').spec.a).toEqual({ b: 2 });
  });

  it('takes a construct for the object that it stands for', () => {
    const chart = testChart();
    const component = new Construct(chart, 'component');
    new k8s.KubeConfigMap(component, 'Default', { metadata: { name: 'a' } });
    patch(component, { op: 'add', path: '/immutable', value: true });
    expect(objectOf(chart, 'ConfigMap').immutable).toBe(true);
  });

  it('changes an object without a namespace, too', () => {
    const chart = testChart();
    const object = clusterScoped(new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'a' } }));
    patch(object, { op: 'add', path: '/metadata/labels', value: { a: 'b' } });
    expect(objectOf(chart, 'Namespace').metadata).toEqual({ name: 'a', labels: { a: 'b' } });
  });

  it('is the same however often the object is written', () => {
    const chart = testChart();
    patch(service(chart), { op: 'add', path: '/spec/ports/-', value: { name: 'grpc', port: 81 } });
    expect(synth(chart)).toEqual(synth(chart));
  });

  it('leaves the value that it was given alone', () => {
    const value = { name: 'grpc', port: 81 };
    patched({ op: 'add', path: '/spec/ports/-', value }, { op: 'replace', path: '/spec/ports/2/port', value: 82 });
    expect(value).toEqual({ name: 'grpc', port: 81 });
  });

  it('puts any JSON value under any key', () => {
    const value = fc.jsonValue().filter((json) => !JSON.stringify(json).includes('null'));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), value, (key, json) => {
        fc.pre(key !== '-' && key !== '__proto__');
        const path = `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const { annotations } = patched({ op: 'add', path, value: json }).metadata;
        expect(JSON.stringify(annotations[key])).toBe(JSON.stringify(json));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a patch at synth', () => {
  it.each(['add', 'replace'] as const)("fails to '%s' below a parent that is not there", (op) => {
    expect(failure({ op, path: '/spec/missing/field', value: 1 })).toThrow(
      `demo/service: 'patch /spec/missing/field' must name a path of the Service (its parent for 'add'), got '${op}'`,
    );
  });

  it.each([
    { op: 'replace', path: '/spec/missing', value: 1 },
    { op: 'replace', path: '/spec/ports/2', value: 1 },
    { op: 'replace', path: '/spec/ports/-', value: 1 },
    { op: 'replace', path: '/metadata/annotations/example.org/a', value: 1 },
    { op: 'replace', path: '/spec/toString', value: 1 },
    { op: 'remove', path: '/spec/missing' },
    { op: 'remove', path: '/spec/ports/-' },
    { op: 'add', path: 'spec/a', value: 1 },
    { op: 'add', path: '', value: 1 },
  ] as const)('fails for $op $path, which is not there', (operation) => {
    expect(failure(operation)).toThrow(
      `demo/service: 'patch ${operation.path}' must name a path of the Service (its parent for 'add'), got '${operation.op}'`,
    );
  });

  it.each(['/spec/ports/name', '/spec/ports/9', '/spec/ports/0/name/x'])(
    'fails where %s would not be written',
    (path) => {
      expect(failure({ op: 'add', path, value: 'a' })).toThrow(
        `demo/service: 'patch ${path}' must be in the output, got 'a'`,
      );
    },
  );

  it.each([undefined, null, Number.NaN, Number.POSITIVE_INFINITY, 1n, new Date(0), () => 1, { a: [null] }])(
    'fails for %s, which no YAML holds',
    (value) => {
      expect(failure({ op: 'add', path: '/spec/a', value })).toThrow(
        /^demo\/service: 'patch \/spec\/a' must be a value that YAML can hold, got /,
      );
    },
  );

  it('fails for a construct that stands for no object', () => {
    const chart = testChart();
    expect(() => patch(new Construct(chart, 'group'), { op: 'remove', path: '/spec' })).toThrow('demo/group');
  });
});

it('keeps what a patch of cdk8s loses', () => {
  // Why there is a patch of our own: once this fails, cdk8s issue 2172 is fixed.
  const chart = testChart();
  service(chart).addJsonPatch(JsonPatch.add('/spec/unknown', 1), JsonPatch.replace('/spec/ports/0/targetPort', 8002));
  expect(objectOf(chart, 'Service').spec).toEqual({
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ],
  });
});
