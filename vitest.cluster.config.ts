import { defineConfig } from 'vitest/config';

/** Everything that is checked against Kubernetes itself; see docs/how-to/test-on-a-control-plane.md. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: ['test/cluster/setup.ts'],
    // One cluster, and environments that have the same namespaces: those follow each other, in one file. The other
    // files run beside it, one after the other.
    maxWorkers: 2,
    // Rollouts that wait for each other's turn would only take longer.
    maxConcurrency: 50,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
