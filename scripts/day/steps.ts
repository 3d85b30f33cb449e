import { Listr } from 'listr2';

/** Shows what a step is at. */
export type Show = (line: string) => void;

export interface Step {
  readonly title: string;
  /** @returns what came of it, in a few words */
  readonly run: (show: Show) => Promise<string>;
}

/** Takes steps one after the other: as a list that fills up on a terminal, as lines elsewhere. */
export async function take(steps: readonly Step[]): Promise<void> {
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: async (_: unknown, task: { title?: string; output?: string }) => {
      const result = await run((line) => {
        // Where it is a log, nothing is said twice.
        if (line !== '' && line !== task.output) task.output = line;
      });
      task.title = `${title}: ${result}`;
    },
  }));
  await new Listr(tasks, {
    registerSignalListeners: false,
    fallbackRenderer: 'verbose',
    fallbackRendererCondition: () => process.stdout.isTTY !== true || process.env.CI !== undefined,
  }).run();
}
