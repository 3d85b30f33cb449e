import type { Manifest } from './synth';

/** Small manifests without a fault, for the cases of the rules; `changes` are laid over them. */
export function object(kind: string, name: string, changes: Manifest = {}): Manifest {
  const { metadata, ...rest } = changes;
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'demo', ...metadata }, ...rest };
}

export function container(changes: Manifest = {}): Manifest {
  return {
    name: 'main',
    image: 'example.org/server:1.2.3',
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    ...changes,
  };
}

const labels = { app: 'api' };

/** A Deployment of pods with the label `app: api`; `pod` is laid over their spec. */
export function deployment(pod: Manifest = {}, changes: Manifest = {}): Manifest {
  return workload('Deployment', 'api', pod, changes);
}

export function workload(kind: string, name: string, pod: Manifest = {}, changes: Manifest = {}): Manifest {
  const { spec, ...rest } = changes;
  return object(kind, name, {
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          enableServiceLinks: false,
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container()],
          ...pod,
        },
      },
      ...spec,
    },
    ...rest,
  });
}

export function service(spec: Manifest = {}): Manifest {
  return object('Service', 'api', {
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
  });
}
