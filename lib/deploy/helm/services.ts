/** Services that the releases create, named after their charts' rules: how the rest of the cluster reaches them. */
export const releaseServices = {
  stac: { name: 'stac-stac', port: 8080 },
  mlflow: { name: 'mlflow', port: 80 },
  zenml: { name: 'zenml', port: 80 },
} as const;

/** The names by which pods of the cluster reach a Service, the shortest first. */
export function serviceNames(service: string, namespace: string): readonly string[] {
  return [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
  ];
}
