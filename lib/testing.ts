/**
 * What tests of charts need: the objects that an app writes, and the error of one that cannot work. It depends on no
 * test runner.
 * @packageDocumentation
 */

import type { App } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { requireProp } from './kube/objects/errors';
import { requireKnownProps } from './kube/objects/known-props';
import type { Manifest } from './kube/objects/serialization';
import { inOneSynth } from './kube/objects/synth-run';

/**
 * Every object of the app that a construct is in, as it is written: in the order of its charts, validated and patched.
 * Nothing is written to disk.
 *
 * @throws Error where the app does not pass its validation, or the construct is in no app
 */
export function synth(construct: IConstruct): Manifest[] {
  const app = appOf('synth()', construct);
  return inOneSynth(app, () => app.charts.flatMap((chart) => chart.toJson()));
}

/**
 * The one object of a kind that an app writes, and of a name where there are several.
 *
 * @throws Error that lists the objects there are, where none or more than one fit
 */
export function objectOf(construct: IConstruct, kind: string, name?: string): Manifest {
  appOf('objectOf()', construct);
  return findObject(synth(construct), kind, name);
}

/**
 * The one object of a kind among objects, and of a name where there are several.
 *
 * @throws Error that lists the objects there are, where none or more than one fit
 */
export function findObject(objects: readonly Manifest[], kind: string, name?: string): Manifest {
  requireKnownProps('findObject()', { objects, kind, name }, 'objects:object[] kind name?');
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  const [object] = found;
  if (object === undefined || found.length > 1) {
    const there = objects.map((other) => `${other.kind} ${other.metadata.name}`).join(', ');
    throw new Error(`there must be one ${[kind, name].join(' ').trim()}, got ${found.length}, of: ${there}`);
  }
  return object;
}

/**
 * The message that a synth fails with.
 *
 * @throws Error where the synth succeeds
 */
export function synthError(construct: IConstruct): string {
  appOf('synthError()', construct);
  try {
    synth(construct);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the synth succeeds');
}

function appOf(location: string, construct: IConstruct): App {
  requireProp(Construct.isConstruct(construct), location, 'construct', 'be a construct', construct);
  const app = construct.node.root as App;
  requireProp(app.charts !== undefined, location, 'construct', 'be in an App of cdk8s', construct.node.path);
  return app;
}
