import type { OutputThing, PlatformOutput } from '../../../../lib/platform/reports/delta/output';

/** An environment that has these things, in charts whose namespaces these are. */
export function output(
  environment: string,
  things: readonly OutputThing[] = [],
  namespaces: PlatformOutput['namespaces'] = {},
): PlatformOutput {
  return { environment, namespaces, things };
}

/** An object of the namespace `fair`. */
export function thing(kind: string, fields: unknown = {}, others: Partial<OutputThing> = {}): OutputThing {
  return { kind, namespace: 'fair', name: 'api', fields, ...others };
}

/** A Deployment with one container. */
export function deployment(container: object, spec: object = {}): OutputThing {
  const template = { spec: { containers: [{ name: 'main', ...container }] } };
  return thing('Deployment', { spec: { ...spec, template } });
}
