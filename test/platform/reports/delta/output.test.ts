import { describe, expect, it } from 'vitest';
import { platformOutput } from '../../../../lib/platform/reports/delta/output';

describe('the output of an environment', () => {
  it('is its objects, and what its files say to programs', () => {
    const documents = {
      'kind.yaml': { name: 'a', none: undefined },
      'secrets.json': '{"secrets": []}',
      'secrets.md': '#',
    };
    expect(platformOutput('dev', [{ kind: 'A' }], documents)).toStrictEqual({
      environment: 'dev',
      manifests: [{ kind: 'A' }],
      documents: { 'kind.yaml': { name: 'a' }, 'secrets.json': { secrets: [] } },
    });
  });
});
