import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { Call } from '../support/calls/call';
import { type Door, doors } from '../support/calls/doors';
import { isOurs, NAMESPACE, written } from '../support/calls/run';
import { drawn } from '../support/calls/taste';
import { ControlPlane } from '../support/control-plane/control-plane';
import { readDefinitions } from '../support/control-plane/definitions';
import { DryRun } from '../support/control-plane/dry-run';
import { findControlPlane, findOldestApiServer } from '../support/control-plane/programs';
import { describeProgram } from '../support/programs';

/** How many calls: `CALLS=20000` for more of them. */
const { CALLS = '2000' } = process.env;

/** Stacks are made of what these doors have, in namespaces of their own. */
const calls = ['kit', 'observability'].flatMap((door) =>
  Object.keys(doors[door]?.calls ?? {}).map((name): [string, string] => [door, name]),
);

describeProgram(apiServers(), 'calls with odd arguments', (programs) => {
  const planes: ControlPlane[] = [];
  const servers: DryRun[] = [];

  beforeAll(async () => {
    for (const program of programs()) {
      const plane = await ControlPlane.apiServer(program);
      planes.push(plane);
      const server = new DryRun(plane.kubeconfig);
      servers.push(server);
      await server.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
      await server.define(readDefinitions());
    }
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    for (const plane of planes) await plane.stop();
  });

  test('each is an error of the library, or both API servers take what it writes', { timeout: 600_000 }, async () => {
    const property = fc.asyncProperty(fc.constantFrom(...calls), fc.gen(), async ([door, name], draw) => {
      const objects = objectsOf(door, name, draw);
      const answers = servers.flatMap((server) => objects.map((object) => server.refusal(object)));
      expect((await Promise.all(answers)).filter((refusal) => refusal !== undefined)).toEqual([]);
    });
    await fc.assert(property, { numRuns: Number(CALLS), seed: 8 });
  });
});

function objectsOf(door: string, name: string, draw: fc.GeneratorValue): readonly Manifest[] {
  const { exports, calls } = doors[door] as Door;
  try {
    return written(exports, name, calls[name] as Call, drawn(draw));
  } catch (error) {
    if (isOurs(error)) return [];
    throw error;
  }
}

function apiServers() {
  const [oldest, current] = [findOldestApiServer(), findControlPlane()];
  if (typeof oldest === 'string') return oldest;
  return typeof current === 'string' ? current : [oldest, current];
}
