import { Duration } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { podOwners } from '../../lib/kube/objects/inventory';
import { patch } from '../../lib/kube/objects/patch';
import { Volume } from '../../lib/kube/pods/volumes';
import { SecretRef } from '../../lib/kube/secrets/secrets';
import { ConfigMap } from '../../lib/workloads/config-map';
import { Job, type JobProps } from '../../lib/workloads/job';
import { container, identity, pod } from '../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../support/synth';

const minimal: JobProps = { identity, pod };
const all: Required<JobProps> = { ...minimal, backoffLimit: 2, activeDeadline: Duration.minutes(5) };

describe('a Job with minimal props', () => {
  it('tries six times, keeps the pods of failed tries and is never deleted by itself', () => {
    const { metadata, spec } = render(minimal);
    expect(metadata.labels).toMatchObject({
      'app.kubernetes.io/instance': 'api',
      'app.kubernetes.io/version': '1.2.3',
    });
    expect(Object.keys(spec)).toEqual(['backoffLimit', 'template']);
    expect(spec.backoffLimit).toBe(6);
    expect(spec.template.spec.restartPolicy).toBe('Never');
    expect(spec.template.spec.containers).toHaveLength(1);
  });

  it('enters its pods into the inventory', () => {
    const chart = testChart();
    const job = new Job(chart, 'job', minimal);
    expect(podOwners(chart)).toMatchObject([{ kind: 'Job', name: job.name, namespace: 'demo' }]);
  });
});

describe('a Job with all props', () => {
  it('has each of them', () => {
    expect(render(all).spec).toMatchObject({ backoffLimit: 2, activeDeadlineSeconds: 300 });
    expectEachPropToMatter<JobProps>(render, all, {
      identity: { ...identity, name: 'other' },
      pod: { ...pod, containers: [{ ...container, args: ['other'] }] },
      backoffLimit: 0,
      activeDeadline: Duration.minutes(6),
    });
  });
});

describe('the name of a Job', () => {
  it('is its instance and a hash', () => {
    const name = nameOf(minimal);
    expect(name).toMatch(/^api-[0-9a-f]{8}$/);
    expect(render(minimal).metadata.name).toBe(name);
  });

  it('is the same for the same spec', () => {
    expect(nameOf({ ...minimal })).toBe(nameOf(minimal));
  });

  it.each<[string, Partial<JobProps>]>([
    ['its back-off', { backoffLimit: 7 }],
    ['its deadline', { activeDeadline: Duration.minutes(1) }],
    ['its image', { pod: { ...pod, containers: [{ ...container, image: 'example.org/server:1.2.4' }] } }],
    ['a literal of its environment', { pod: { ...pod, containers: [{ ...container, env: { A: 'b' } }] } }],
    ['its user', { pod: { ...pod, securityContext: { user: 7 } } }],
    ['what the pod is called', { identity: { ...identity, component: 'other' } }],
  ])('changes with %s', (_, props) => {
    expect(nameOf({ ...minimal, ...props })).not.toBe(nameOf(minimal));
  });

  it('changes with the registry and the pull Secrets of the environment', () => {
    const names = [{}, { registry: 'registry.example.org' }, { pullSecrets: ['pull'] }].map(
      (images) => new Job(testChart({ images }), 'job', minimal).name,
    );
    expect(new Set(names).size).toBe(3);
  });

  it('changes with the content of a ConfigMap that it reads', () => {
    const withScript = (script: string) => {
      const chart = testChart();
      const scripts = new ConfigMap(chart, 'scripts', { name: 'scripts', data: { 'run.sh': script } });
      const mounts = [{ volume: Volume.configMap('scripts', scripts), path: '/scripts' }];
      return new Job(chart, 'job', { ...minimal, pod: { ...pod, containers: [{ ...container, mounts }] } }).name;
    };
    expect(withScript('true')).toBe(withScript('true'));
    expect(withScript('true')).not.toBe(withScript('false'));
  });

  it('changes with a Secret that is written here, and not with one that is not', () => {
    const withSecret = (secret: SecretRef) =>
      nameOf({ ...minimal, pod: { ...pod, containers: [{ ...container, env: { KEY: secret.key('a') } }] } });
    expect(withSecret(new SecretRef('keys', '1'))).not.toBe(withSecret(new SecretRef('keys', '2')));
    expect(withSecret(new SecretRef('keys'))).toBe(withSecret(new SecretRef('keys')));
  });

  it('changes with a patch of its spec, and back with one that takes it away again', () => {
    const chart = testChart();
    const job = new Job(chart, 'job', minimal);
    const { name } = job;
    patch(job, { op: 'add', path: '/spec/ttlSecondsAfterFinished', value: 60 });
    const patched = job.name;
    expect(patched).toMatch(/^api-[0-9a-f]{8}$/);
    expect(patched).not.toBe(name);
    expect(objectOf(chart, 'Job').metadata.name).toBe(patched);
    patch(job, { op: 'remove', path: '/spec/ttlSecondsAfterFinished' });
    expect(job.name).toBe(name);
  });

  it('stays with a patch of its metadata', () => {
    const job = new Job(testChart(), 'job', minimal);
    const { name } = job;
    patch(job, { op: 'add', path: '/metadata/annotations', value: { 'example.org/a': 'b' } });
    expect(job.name).toBe(name);
  });

  it('is that of a patch, where there is one', () => {
    const chart = testChart();
    const job = new Job(chart, 'job', minimal);
    patch(job, { op: 'replace', path: '/metadata/name', value: 'once' });
    patch(job, { op: 'replace', path: '/spec/backoffLimit', value: 1 });
    expect(objectOf(chart, 'Job').metadata.name).toBe('once');
  });

  it('differs for any two commands that differ', () => {
    const command = fc.array(fc.string(), { minLength: 1, maxLength: 3 });
    const named = (args: string[]) => nameOf({ ...minimal, pod: { ...pod, containers: [{ ...container, args }] } });
    fc.assert(
      fc.property(command, command, (a, b) => {
        expect(named(a) === named(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 50 },
    );
  });

  it('fails where there is no room for the hash', () => {
    const instance = 'a'.repeat(55);
    expect(() => nameOf({ ...minimal, identity: { ...identity, instance } })).toThrow(
      /^demo\/job: 'name' must be a DNS label \(lower-case letters, digits and '-', at most 63, no '-' at either end\), got 'a{55}-[0-9a-f]{8}'$/,
    );
  });
});

it.each([-1, 0.5])('a Job fails with a back-off of %d', (backoffLimit) => {
  expect(() => nameOf({ ...minimal, backoffLimit })).toThrow(
    `demo/job: 'backoffLimit' must be a whole number from 0, got ${backoffLimit}`,
  );
});

it.each<[string, Partial<JobProps>, string]>([
  ['a back-off that cannot be counted', { backoffLimit: 2 ** 31 }, "'backoffLimit' must be at most 2147483647"],
  [
    'no time',
    { activeDeadline: Duration.seconds(0) },
    "'activeDeadline' must be a whole number of seconds from 1, got 0",
  ],
  [
    'a part of a second',
    { activeDeadline: Duration.millis(1500) },
    "'activeDeadline' must be a whole number of seconds from 1, got 1.5",
  ],
])('a Job fails with %s', (_, props, message) => {
  expect(() => nameOf({ ...minimal, ...props })).toThrow(`demo/job: ${message}`);
});

function nameOf(props: JobProps): string {
  return new Job(testChart(), 'job', props).name;
}

function render(props: JobProps) {
  const chart = testChart();
  new Job(chart, 'job', props);
  return objectOf(chart, 'Job');
}
