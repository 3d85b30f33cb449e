import type { Manifest } from '../../../lib/kube/objects/serialization';

/** What a controller makes of an object, in its namespace. */
type Maker = (live: Manifest) => readonly Manifest[];

/**
 * What controllers make of objects of ours, with the labels and annotations that they give it, as their sources have it.
 * Left out is what no API server here knows: the Certificate of an Ingress, NodeClaims, Backups.
 */
const MAKERS: Readonly<Record<string, Maker>> = {
  // External Secrets Operator 0.16 to 2.9, setMetadata: those of the template, and without one its own.
  ExternalSecret: ({ metadata, spec }) => [secret(metadata.name, spec.target?.template?.metadata ?? metadata)],
  // Sealed Secrets 0.31, Unseal: those of the template alone.
  SealedSecret: ({ metadata, spec }) => [secret(metadata.name, spec.template?.metadata ?? {})],
  // CloudNativePG 1.30, InheritLabels: those that the configuration of the operator lists, which lists none, and those
  // of `inheritedMetadata`. Its plug-in for backups 0.13, BuildLabels: its own.
  Cluster: ({ metadata: { name }, spec }) => {
    const labels = { 'cnpg.io/cluster': name, 'app.kubernetes.io/managed-by': 'cloudnative-pg' };
    const given = (suffix: string) => ({
      metadata: {
        name: `${name}${suffix}`,
        ...spec.inheritedMetadata,
        labels: { ...spec.inheritedMetadata?.labels, ...labels },
      },
    });
    const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
    return [
      ...['-rw', '-ro', '-r'].map((suffix) => ({
        apiVersion: 'v1',
        kind: 'Service',
        ...given(suffix),
        spec: { ports: [{ port: 5432 }] },
      })),
      ...['-ca', '-server', '-replication'].map((suffix) => secret(`${name}${suffix}`, given(suffix).metadata)),
      claim(`${name}-1`, labels),
      { apiVersion: 'v1', kind: 'ServiceAccount', ...given('') },
      ...['', '-barman-cloud'].flatMap((suffix) => [
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', ...given(suffix), rules: [] },
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', ...given(suffix), roleRef: role },
      ]),
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', ...given(''), spec: { minAvailable: 1 } },
      { apiVersion: 'batch/v1', kind: 'Job', ...given('-1-initdb'), spec: { template: pod() } },
    ];
  },
  // cert-manager, ingress-shim and the controller of Certificates: its own, for the Secret.
  Ingress: ({ spec }) =>
    (spec.tls ?? []).map(({ secretName }: Manifest) =>
      secret(secretName, { labels: { 'controller.cert-manager.io/fao': 'true' } }),
    ),
  // Kubernetes: those of the claim templates; those of the Deployment but for the annotation of kubectl; those of the
  // Service; those of the template of a CronJob.
  StatefulSet: ({ metadata: { name }, spec }) =>
    (spec.volumeClaimTemplates ?? []).map(({ metadata }: Manifest) =>
      claim(`${metadata.name}-${name}-0`, metadata.labels),
    ),
  Deployment: ({ metadata: { name, labels }, spec: { selector, template } }) => [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: `${name}-1`, labels },
      spec: { selector, template },
    },
  ],
  Service: ({ metadata: { name, labels } }) => [
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-1`, labels: { ...labels, 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: [],
    },
  ],
  CronJob: ({ metadata: { name }, spec: { jobTemplate } }) => [
    { apiVersion: 'batch/v1', kind: 'Job', ...jobTemplate, metadata: { ...jobTemplate.metadata, name: `${name}-1` } },
  ],
};

/** Kinds of which a controller makes objects. */
export const MADE_OF: readonly string[] = Object.keys(MAKERS);

/** What controllers make of an object that the API server has. */
export function madeOf(live: Manifest): readonly Manifest[] {
  const { namespace } = live.metadata;
  return (MAKERS[live.kind]?.(live) ?? []).map(({ metadata, ...object }) => ({
    ...object,
    metadata: { ...metadata, namespace },
  }));
}

function secret(name: string, { labels, annotations }: Manifest): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels, annotations } };
}

function claim(name: string, labels: Manifest): Manifest {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, labels }, spec };
}

function pod(): Manifest {
  return { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'example.org/a:1' }] } };
}
