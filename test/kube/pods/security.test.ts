import { describe, expect, it } from 'vitest';
import { containerSecurity, podSecurity } from '../../../lib/kube/pods/security';

describe('the security of a pod', () => {
  it('meets the standard restricted, with one numeric user', () => {
    expect(podSecurity({ user: 999 })).toEqual({
      runAsNonRoot: true,
      runAsUser: 999,
      runAsGroup: 999,
      fsGroup: 999,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('may have a group of its own, which then owns the volumes, too', () => {
    expect(podSecurity({ user: 999, group: 50 })).toMatchObject({ runAsUser: 999, runAsGroup: 50, fsGroup: 50 });
  });

  it('may have another group for the volumes', () => {
    expect(podSecurity({ user: 999, group: 50, fsGroup: 7 })).toMatchObject({ runAsGroup: 50, fsGroup: 7 });
  });
});

describe('the security of a container', () => {
  it('meets the standard restricted, with a read-only root file system', () => {
    expect(containerSecurity()).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsUser: undefined,
    });
  });

  it('may have a user of its own and write to its root file system', () => {
    expect(containerSecurity({ user: 70, readOnlyRootFilesystem: false })).toMatchObject({
      runAsUser: 70,
      readOnlyRootFilesystem: false,
    });
  });
});
