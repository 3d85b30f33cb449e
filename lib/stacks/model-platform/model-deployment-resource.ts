import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { modelDeploymentCrd } from '../../../imports/crds';
import { type ErrorLocation, requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { cpuMillis, cpuString, requireSize, sizeBytes, sizeString } from '../../kube/resources/quantities';
import type { CompleteModelDeploymentSpec, ModelDeploymentSpec, ModelResources } from './model-deployment-spec';
import { checkedBySchema, type SchemaValue } from './open-api';

/** A ModelDeployment as the API server hands it out: plain JSON, whose spec is yet to be checked. */
export interface ModelDeploymentResource {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Labels;
  };
  readonly spec: unknown;
}

const { spec: SCHEMA } = modelDeploymentCrd.spec.versions[0].schema.openAPIV3Schema.properties;

/** A spec with amounts as text, after {@link checkedBySchema}. */
type SpecJson = SchemaValue<typeof SCHEMA>;
type AmountsJson = NonNullable<NonNullable<SpecJson['resources']>['requests']>;

// The name of what becomes of it, `NAME-inference`, is a DNS label and the value of a label: at most 63 characters.
const NAME = /^[a-z]([-a-z0-9]{0,51}[a-z0-9])?$/;

/** A typed spec as it stands in the custom resource. Fields that do not exist stay, so that the schema refuses them. */
export function specJson(location: ErrorLocation, { resources, autoscaling, ...spec }: ModelDeploymentSpec) {
  requireKnownProps(location, resources, 'requests?:Amounts limits?:Amounts', 'spec.resources');
  const amounts = (field: 'requests' | 'limits') => {
    const { cpu, memory, ...others } = resources?.[field] ?? {};
    if (memory !== undefined) requireSize(location, `spec.resources.${field}.memory`, memory);
    return resources?.[field] && { ...others, cpu: cpu && cpuString(cpu), memory: memory && sizeString(memory) };
  };
  return {
    ...spec,
    resources: resources && { ...resources, requests: amounts('requests'), limits: amounts('limits') },
    autoscaling: autoscaling && { enabled: true, ...autoscaling },
  };
}

/**
 * The typed spec of a ModelDeployment, with its defaults.
 * @throws InvalidPropError for what the CRD refuses
 */
export function specOf(
  location: ErrorLocation,
  { metadata: { name }, spec }: ModelDeploymentResource,
): CompleteModelDeploymentSpec {
  const allowed = "be at most 53 lower-case letters, digits and '-', from a letter to a letter or digit";
  requireProp(NAME.test(name), location, 'metadata.name', allowed, name);
  requireProp(spec !== undefined, location, 'spec', 'be given', spec);
  const { resources, autoscaling, ...checked } = checkedBySchema(location, 'spec', SCHEMA, spec);
  return {
    ...checked,
    resources: resources && checkedResources(location, resources),
    autoscaling: autoscaling && checkedAutoscaling(location, autoscaling),
  };
}

function checkedResources(location: ErrorLocation, json: NonNullable<SpecJson['resources']>): ModelResources {
  const requests = json.requests && amounts(json.requests);
  const limits = json.limits && amounts(json.limits);
  const requireFits = <T>(field: string, size: (of: T) => number, text: (of: T) => string, request?: T, limit?: T) => {
    const fits = request === undefined || limit === undefined || size(request) <= size(limit);
    const allowed = `be at most limits.${field}`;
    requireProp(fits, location, `spec.resources.requests.${field}`, allowed, request && text(request));
  };
  requireFits('cpu', cpuMillis, cpuString, requests?.cpu, limits?.cpu);
  requireFits('memory', sizeBytes, sizeString, requests?.memory, limits?.memory);
  return { requests, limits };
}

function checkedAutoscaling(location: ErrorLocation, { enabled, ...bounds }: NonNullable<SpecJson['autoscaling']>) {
  const { minReplicas, maxReplicas } = bounds;
  const allowed = `be at most maxReplicas (${maxReplicas})`;
  requireProp(minReplicas <= maxReplicas, location, 'spec.autoscaling.minReplicas', allowed, minReplicas);
  return enabled ? bounds : undefined;
}

function amounts({ cpu, memory }: AmountsJson) {
  return {
    cpu: cpu === undefined ? undefined : Cpu.millis(cpuMillis({ amount: String(cpu) })),
    memory: memory === undefined ? undefined : bytes(memory),
  };
}

const KIBIBYTES: Readonly<Record<string, number>> = { Ki: 1, Mi: 1024, Gi: 1024 ** 2, Ti: 1024 ** 3 };

function bytes(memory: number | string): Size {
  if (typeof memory === 'number') return Size.kibibytes(memory / 1024);
  return Size.kibibytes(Number(memory.slice(0, -2)) * (KIBIBYTES[memory.slice(-2)] ?? 1));
}
