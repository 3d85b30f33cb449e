import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest. */
const LONG = ['environments', 'day', 'prune', 'operator-faults'].map((name) => `/${name}.test.ts`);

/** Begins with those, so that no worker has one of them left while the other has nothing to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((end) => moduleId.endsWith(end));
    const first = LONG.flatMap((end) => files.filter(({ moduleId }) => moduleId.endsWith(end)));
    return [...first, ...files.filter((file) => !isLong(file))];
  }
}

/** Everything that is checked against Kubernetes itself; see docs/how-to/test-on-a-control-plane.md. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: ['test/cluster/setup.ts'],
    // One cluster, and environments that have the same namespaces: those follow each other, in one file. The other
    // files run beside it, one after the other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Rollouts that wait for each other's turn would only take longer.
    maxConcurrency: 50,
    // Longer than a check waits for a state (PATIENCE in test/support/control-plane/settle.ts).
    testTimeout: 500_000,
    hookTimeout: 500_000,
  },
});
