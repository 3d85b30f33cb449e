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
  /** Models that are worked on at the same time. */
  readonly concurrency: number;
}

/** @throws Error that names the variable and what it must be */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const required = (name: string) => {
    const value = env[name];
    if (value === undefined || value === '') throw new Error(`${name} must be given`);
    return value;
  };
  const number = (name: string, fallback: number, least: number) => {
    const value = Number(env[name] ?? fallback);
    if (!Number.isInteger(value) || value < least || value > 65_535) {
      throw new Error(`${name} must be a whole number from ${least} to 65535, got '${env[name]}'`);
    }
    return value;
  };
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
    port: number('PORT', 8080, 0),
    concurrency: number('CONCURRENCY', 8, 1),
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
