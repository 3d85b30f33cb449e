import { describe, expect, it } from 'vitest';
import { Stack } from '../../lib/platform/stack';
import type { StackDay } from '../../lib/platform/stack-day';
import type { StackDefinition } from '../../lib/platform/stack-definition';
import { synthesize } from '../support/environments';
import { all } from '../support/platform-samples';

const registration = {
  name: 'the settings',
  file: 'settings.yaml',
  url: 'http://localhost:1000/settings',
  commands: [['labels', 'import', '{file}']],
  removal: [],
} as const;

/** A stack of another repository. */
const labels = (local: number, day?: StackDay): StackDefinition => ({
  build(app, id) {
    new Stack(app, id, { namespace: id });
    const ports = [{ name: `${id}-search`, local, namespace: id, service: 'search', port: 9200 }];
    return { ports, documents: { 'settings.yaml': { colors: ['red'] } }, day };
  },
});
const daysOf = (stacks: Record<string, StackDefinition>) => synthesize({ ...all, stacks }).platform.days;
const dayOf = (day: StackDay) => () => daysOf({ labels: labels(9200, day) });

describe('what a stack adds to the day', () => {
  it('is known by the name of the stack, with files as they are written', () => {
    const days = daysOf({ labels: labels(9200), other: labels(9201, { registrations: [registration] }) });
    expect(days.labels).toEqual({ registrations: [] });
    expect(days.other?.registrations).toMatchObject([{ file: 'other/settings.yaml' }]);
  });

  it('fails for a file that the stack does not write', () => {
    expect(dayOf({ registrations: [{ ...registration, file: 'nothing.yaml' }] })).toThrow(
      "labels: 'day.registrations.file' must be a document of the stack, got 'nothing.yaml'",
    );
  });

  it('fails for a port that is not forwarded', () => {
    expect(dayOf({ logins: { nothing: 'admin' } })).toThrow(
      "labels: 'day.port' must be one of 'labels-search', got 'nothing'",
    );
  });

  it('fails for a property that is missing', () => {
    expect(dayOf({ login: { port: 'labels-search' } as never })).toThrow("labels: 'day.login.url' must");
  });
});
