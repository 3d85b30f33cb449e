import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type ClusterAccess, startCluster } from '../support/control-plane/cluster';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the cluster is, or why there is none. */
    cluster: ClusterAccess | string;
    /** A folder for what the checks write, which is deleted after them. */
    scratch: string;
  }
}

/** Logs of a run in which something failed. */
const LOGS = join('.tmp', 'cluster-logs');

/** Starts the one cluster of all checks, and stops it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster();
  if (typeof cluster === 'string') {
    // A machine without Kubernetes may skip these; CI may not.
    if (process.env.CI === 'true') throw new Error(cluster);
    console.warn(`the checks against Kubernetes do not run: ${cluster}`);
    const scratch = mkdtempSync(join(tmpdir(), 'cluster-'));
    project.provide('cluster', cluster);
    project.provide('scratch', scratch);
    return async () => rmSync(scratch, { recursive: true });
  }
  project.provide('cluster', cluster.access);
  project.provide('scratch', cluster.folder);
  return async () => {
    if (project.vitest.state.getCountOfFailedTests() > 0) {
      cluster.keepLogs(LOGS);
      console.error(`the logs of the control plane are in ${LOGS}`);
    }
    await cluster.stop();
  };
}
