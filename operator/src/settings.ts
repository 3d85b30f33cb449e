import { existsSync, readFileSync } from 'node:fs';

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

/** @throws Error that names the variable and what it must be */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const required = (name: string) => {
    const value = env[name];
    if (value === undefined || value === '') throw new Error(`${name} must be given`);
    return value;
  };
  const port = Number(env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT must be a whole number from 0 to 65535, got '${env.PORT}'`);
  }
  const namespace = required('POD_NAMESPACE');
  const namespaces = (env.WATCH_NAMESPACES ?? '').split(',').map((name) => name.trim());
  const listed = [...new Set(namespaces)].filter((name) => name !== '');
  for (const name of listed) {
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
      throw new Error(`WATCH_NAMESPACES must be names of namespaces with commas between them, got '${name}'`);
    }
  }
  const serverFile = env.MODEL_SERVER_CONFIG ?? '/etc/ml-operator/server.json';
  if (!existsSync(serverFile)) throw new Error(`MODEL_SERVER_CONFIG must be a file that exists, got '${serverFile}'`);
  return {
    pod: required('POD_NAME'),
    namespace,
    namespaces: listed.length > 0 ? listed : [namespace],
    serverFile,
    port,
  };
}

/**
 * Reads a file again and again: a ConfigMap that is mounted changes without a signal.
 * @param changed - called with its text when it is another; what it throws is for the next text to mend
 * @returns stops it
 */
export function followFile(path: string, seconds: number, changed: (text: string) => void): () => void {
  let last = readFileSync(path, 'utf8');
  const timer = setInterval(() => {
    let text = last;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      // It is being replaced.
    }
    if (text === last) return;
    last = text;
    changed(text);
  }, seconds * 1000);
  return () => clearInterval(timer);
}
