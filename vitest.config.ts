import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // They want Kubernetes: `npm run test:cluster`.
    exclude: [...configDefaults.exclude, 'test/cluster/**'],
    // cdk8s-plus takes longer to load than most files take to run: the files of a worker share what they load. They
    // may, since no module keeps state but what hangs on the root of a construct tree.
    pool: 'threads',
    isolate: false,
    testTimeout: 30_000,
  },
});
