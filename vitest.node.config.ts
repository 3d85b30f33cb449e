import { defineConfig } from 'vitest/config';

/** Everything that is checked on real nodes; see docs/how-to/test-on-a-real-node.md. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/node/**/*.test.ts'],
    // One machine at a time. What a check leaves is what the next one finds, so that nothing goes on after a failure.
    fileParallelism: false,
    bail: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
