import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { kubernetesMinor, setKubernetesVersion } from '../../../lib/kube/objects/kubernetes-version';

describe('the version of Kubernetes', () => {
  it('is the oldest that is supported, unless the app says another', () => {
    const app = new App();
    expect(kubernetesMinor(new Chart(app, 'before'))).toBe(28);
    const later = new App();
    setKubernetesVersion(later, '1.34');
    expect(kubernetesMinor(new Chart(later, 'after'))).toBe(34);
  });

  it.each(['1.27', '1.30.2', 'v1.30', '2.0', ''])('fails for %j', (version) => {
    expect(() => setKubernetesVersion(new App(), version)).toThrow(
      `app: 'kubernetesVersion' must be '1.28' or later, without a patch level, got '${version}'`,
    );
  });
});
