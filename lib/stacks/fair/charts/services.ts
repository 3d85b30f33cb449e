/**
 * Services that the releases create, named after their charts' rules: how the rest of the cluster reaches them, and the
 * port of the pods behind them.
 */
export const releaseServices = {
  stac: { name: 'stac-stac', port: 8080, podPort: 8080 },
  mlflow: { name: 'mlflow', port: 80, podPort: 5000 },
  zenml: { name: 'zenml', port: 80, podPort: 8080 },
} as const;

/** Labels that the charts give to the pods of the releases. */
export const releasePodLabels = {
  stac: { app: 'stac-stac' },
  /** Of the Job that migrates the database, before the API starts. */
  stacMigration: { app: 'stac-pgstac-migrate' },
  mlflow: { app: 'mlflow' },
  /** Of the server, and of the Job that migrates the database. */
  zenml: { 'app.kubernetes.io/name': 'zenml' },
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
