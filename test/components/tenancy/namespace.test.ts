import { describe, expect, it } from 'vitest';
import { Namespace, type NamespaceProps } from '../../../lib/components/tenancy/namespace';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

describe('a Namespace', () => {
  it('enforces, warns and audits the level restricted, with minimal props', () => {
    expect(render({ name: 'fair' })).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'fair',
        labels: {
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
          'pod-security.kubernetes.io/audit': 'restricted',
        },
      },
    });
  });

  it('has each of its props', () => {
    const all: Required<NamespaceProps> = {
      name: 'fair',
      podSecurity: 'baseline',
      podSecurityWarning: 'baseline',
      labels: { team: 'maps' },
    };
    expect(render(all).metadata).toEqual({
      name: 'fair',
      labels: {
        team: 'maps',
        'pod-security.kubernetes.io/enforce': 'baseline',
        'pod-security.kubernetes.io/warn': 'baseline',
        'pod-security.kubernetes.io/audit': 'baseline',
      },
    });
    expectEachPropToMatter<NamespaceProps>(render, all, {
      name: 'other',
      podSecurity: 'privileged',
      podSecurityWarning: 'restricted',
      labels: {},
    });
  });

  it('still warns of what is not restricted where it enforces less', () => {
    expect(levels({ name: 'fair', podSecurity: 'baseline' })).toEqual(['baseline', 'restricted', 'restricted']);
  });

  it('does not warn of what is meant where it allows everything', () => {
    expect(levels({ name: 'nvidia', podSecurity: 'privileged' })).toEqual(['privileged', 'privileged', 'privileged']);
  });

  it('keeps its level whatever its labels say', () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
    expect(levels({ name: 'fair', labels })).toEqual(['restricted', 'restricted', 'restricted']);
  });

  it('is in no namespace, although its chart is', () => {
    const chart = testChart({ namespace: 'fair' });
    new Namespace(chart, 'namespace', { name: 'fair' });
    expect(objectOf(chart, 'Namespace').metadata).not.toHaveProperty('namespace');
  });

  it('fails for a name that is no DNS label', () => {
    expect(() => render({ name: 'fair.dev' })).toThrow(
      "demo/namespace: 'name' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got 'fair.dev'",
    );
  });

  it.each(['default', 'kube-public', 'kube-models'])('fails for %s, which is of Kubernetes', (name) => {
    expect(() => render({ name })).toThrow(
      `demo/namespace: 'name' must not be 'default', which cannot be deleted, or start with 'kube-', which Kubernetes keeps for itself, got '${name}'`,
    );
  });

  it('fails for a label that is none', () => {
    expect(() => render({ name: 'fair', labels: { team: 'a b' } })).toThrow(
      "demo/namespace: 'labels.team' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got 'a b'",
    );
  });
});

function levels(props: NamespaceProps): string[] {
  const { labels } = render(props).metadata;
  return ['enforce', 'warn', 'audit'].map((mode) => labels[`pod-security.kubernetes.io/${mode}`]);
}

function render(props: NamespaceProps) {
  const chart = testChart();
  new Namespace(chart, 'namespace', props);
  return objectOf(chart, 'Namespace');
}
