import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // They want Kubernetes: `npm run test:cluster` and `npm run test:node`.
    exclude: [...configDefaults.exclude, 'test/cluster/**', 'test/node/**'],
    // cdk8s-plus takes longer to load than most files take to run: the files of a worker share what they load, which
    // makes the run seven times as fast. They may, since no module keeps a state but what hangs on a construct tree.
    pool: 'threads',
    isolate: false,
    // By default one core is left idle; half of the time is spent waiting for programs.
    maxWorkers: '100%',
    // For what hangs. What is slow on a loaded machine is right all the same.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
