import { describe, expect, it } from 'vitest';
import { objects, only } from './comparisons';
import { namespace, object, serving } from './samples';

describe('a stack that only one has', () => {
  const labels = { 'app.kubernetes.io/part-of': 'models', 'app.kubernetes.io/name': 'postgres' };
  const server = object('StatefulSet', 'models/postgres', { metadata: { labels } });
  const secret = object('Secret', 'models/db', { apiVersion: 'v1', metadata: { labels } });

  it('is one difference, with its objects', () => {
    expect(objects([namespace('models', 'models'), server], [])).toMatchObject(
      only('releases', {
        of: 'stack models',
        label: 'stack',
        from: { objects: ['Namespace models', 'StatefulSet models/postgres'] },
      }),
    );
  });

  it('but its Secrets are told of by themselves', () => {
    const { groups } = objects([secret], []);
    expect(groups.secrets).toMatchObject([{ of: 'Secret models/db', from: 'written, with documented values' }]);
  });

  it('is no reason to take its database for that of another stack', () => {
    const other = serving('postgres', 'StatefulSet', 'fair/postgres');
    expect(objects([server, other], [other]).groups).not.toHaveProperty('backends');
  });
});
