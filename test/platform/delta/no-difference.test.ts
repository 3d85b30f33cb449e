import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { delta } from '../../../lib/platform/delta/delta';
import { container, files, objects, workload } from './comparisons';
import { namespace, object, output, release, waitHook } from './samples';

describe('no difference is', () => {
  it('the name of a namespace, nor what names it', () => {
    const side = (name: string) =>
      output(
        name,
        [
          namespace(name, 'fair'),
          object('Service', `${name}/api`, { spec: { externalName: `db.${name}.svc.cluster.local` } }),
          object('RoleBinding', `${name}/api`, {
            subjects: [{ kind: 'ServiceAccount', name: 'api', namespace: name }],
          }),
        ],
        release({ hosts: `mlflow.${name},mlflow.${name}:*` }, { namespace: name }),
      );
    expect(delta(side('fair'), side('fair-prod'))).toEqual({
      from: 'fair',
      to: 'fair-prod',
      namespaces: [{ stack: 'fair', from: 'fair', to: 'fair-prod' }],
      groups: {},
      drift: [],
    });
  });

  it('but another host in a renamed namespace is one, as it is', () => {
    const side = (name: string, host: string) =>
      output(name, [namespace(name, 'fair')], release({ database: { host } }));
    expect(delta(side('a', 'one.a.svc'), side('b', 'two.b.svc')).groups.backends).toMatchObject([
      { from: 'one.a.svc', to: 'two.b.svc' },
    ]);
  });

  it('but namespaces of different stacks, or several of one, are different things', () => {
    expect(objects([namespace('a', 'one')], [namespace('b', 'two')]).namespaces).toEqual([]);
    expect(objects([namespace('a', 'one')], [namespace('b', 'one'), namespace('c', 'one')]).namespaces).toEqual([]);
  });

  it('a hash in the name of a Job, nor what waits for it', () => {
    const side = (hash: string) =>
      output(
        'x',
        [object('Job', `fair/init-${hash}`)],
        release({}, { hooks: [waitHook('there', '--for=condition=complete', `job/init-${hash}`)] }),
      );
    expect(delta(side('0123abcd'), side('89abcdef'))).toMatchObject({ groups: {}, drift: [] });
  });

  it('a checksum, a version label, or what holds nothing else', () => {
    const annotated = release({
      kept: 1,
      podAnnotations: { 'checksum/credentials': 'a' },
      labels: { 'app.kubernetes.io/version': '1' },
    });
    expect(files(annotated, release({ kept: 1 }))).toMatchObject({ groups: {}, drift: [] });
  });

  it('the order of objects, fields and named entries', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    const one = [workload('Deployment', container({ env, image: 'a:1' })), object('Job', 'fair/x')];
    const two = [object('Job', 'fair/x'), workload('Deployment', container({ image: 'a:1', env: [...env].reverse() }))];
    expect(objects(one, two)).toMatchObject({ groups: {}, drift: [] });
  });

  it('but the order of other lists is one', () => {
    const [from, to] = [
      ['a', 'b'],
      ['b', 'a'],
    ].map((args) => workload('Deployment', container({ args })));
    expect(objects([from as Manifest], [to as Manifest]).drift).toHaveLength(1);
  });
});
