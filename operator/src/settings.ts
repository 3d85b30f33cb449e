/** What the operator is told by its environment. */
export interface Settings {
  /** Name of its pod: who holds the lease. */
  readonly pod: string;
  /** Namespace of its pod, where its Lease is. */
  readonly namespace: string;
  /** Namespaces whose ModelDeployments it reconciles. */
  readonly namespaces: readonly string[];
  /** File with what the pods of models run. */
  readonly serverFile: string;
  /** Port of `/healthz`, `/readyz` and `/metrics`. */
  readonly port: number;
}

/** @throws Error that names a variable that is missing */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const { POD_NAME: pod, POD_NAMESPACE: namespace } = env;
  if (!pod || !namespace) throw new Error('POD_NAME and POD_NAMESPACE must be given');
  return {
    pod,
    namespace,
    namespaces: (env.WATCH_NAMESPACES || namespace).split(',').map((name) => name.trim()),
    serverFile: env.MODEL_SERVER_CONFIG ?? '/etc/ml-operator/server.json',
    port: Number(env.PORT ?? 8080),
  };
}
