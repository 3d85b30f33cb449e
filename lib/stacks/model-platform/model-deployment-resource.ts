import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { modelDeploymentCrd } from '../../../imports/crds';
import * as imports from '../../../imports/ml.example.com';
import { type ErrorLocation, requireProp } from '../../kube/objects/errors';
import type { Labels } from '../../kube/objects/labels';
import { cpuMillis, cpuString, requireSize, sizeBytes, sizeString } from '../../kube/resources/quantities';
import type {
  CompleteModelDeploymentSpec,
  ModelAutoscaling,
  ModelDeploymentSpec,
  ModelEnvironment,
  ModelResources,
} from './model-deployment-spec';
import { checkedBySchema, type OpenApiSchema } from './open-api';

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

const SCHEMA: OpenApiSchema = modelDeploymentCrd.spec.versions[0].schema.openAPIV3Schema.properties.spec;

// The name of what becomes of it, `NAME-inference`, is a DNS label and the value of a label: at most 63 characters.
const NAME = /^[a-z]([-a-z0-9]{0,51}[a-z0-9])?$/;

/** The fields of a spec after {@link checkedBySchema}. */
interface CheckedSpec {
  readonly modelName: string;
  readonly modelVersion: number;
  readonly replicas: number;
  readonly environment: ModelEnvironment;
  readonly resources?: { readonly requests?: CheckedAmounts; readonly limits?: CheckedAmounts };
  readonly autoscaling?: Required<ModelAutoscaling> & { readonly enabled: boolean };
}

interface CheckedAmounts {
  readonly cpu?: number | string;
  readonly memory?: number | string;
}

/** The generated props of a ModelDeployment. Field by field, because they drop unknown fields silently. */
export function resourceProps(name: string, spec: ModelDeploymentSpec, labels?: Labels): imports.ModelDeploymentProps {
  const { modelName, modelVersion, replicas, environment, resources, autoscaling } = spec;
  return {
    metadata: { name, labels: labels && { ...labels } },
    spec: {
      modelName,
      modelVersion,
      replicas,
      environment: environment as imports.ModelDeploymentSpecEnvironment | undefined,
      resources: resources && resourcesProps(resources),
      autoscaling: autoscaling && {
        enabled: true,
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        targetCpuUtilizationPercentage: autoscaling.targetCPUUtilizationPercentage,
      },
    },
  };
}

function resourcesProps({ requests, limits }: ModelResources): imports.ModelDeploymentSpecResources {
  return {
    requests: requests && {
      cpu: requests.cpu && imports.ModelDeploymentSpecResourcesRequestsCpu.fromString(cpuString(requests.cpu)),
      memory:
        requests.memory && imports.ModelDeploymentSpecResourcesRequestsMemory.fromString(sizeString(requests.memory)),
    },
    limits: limits && {
      cpu: limits.cpu && imports.ModelDeploymentSpecResourcesLimitsCpu.fromString(cpuString(limits.cpu)),
      memory: limits.memory && imports.ModelDeploymentSpecResourcesLimitsMemory.fromString(sizeString(limits.memory)),
    },
  };
}

/**
 * Checks a spec as the API server does, and fills in its defaults.
 * @throws InvalidPropError for what the CRD refuses
 */
export function checkedSpec(
  place: ErrorLocation,
  name: string,
  spec: ModelDeploymentSpec,
): CompleteModelDeploymentSpec {
  for (const field of ['requests', 'limits'] as const) {
    const memory = spec.resources?.[field]?.memory;
    if (memory !== undefined) requireSize(place, `spec.resources.${field}.memory`, memory);
  }
  return specOf(place, imports.ModelDeployment.manifest(resourceProps(name, spec)));
}

/**
 * The typed spec of a ModelDeployment, with its defaults.
 * @throws InvalidPropError for what the CRD refuses
 */
export function specOf(
  place: ErrorLocation,
  { metadata: { name }, spec }: ModelDeploymentResource,
): CompleteModelDeploymentSpec {
  requireProp(
    NAME.test(name),
    place,
    'metadata.name',
    "be at most 53 lower-case letters, digits and '-', from a letter to a letter or digit",
    name,
  );
  requireProp(spec !== undefined, place, 'spec', 'be given', spec);
  const checked = checkedBySchema(place, 'spec', SCHEMA, spec) as CheckedSpec;
  const { modelName, modelVersion, replicas, environment, resources, autoscaling } = checked;
  return {
    modelName,
    modelVersion,
    replicas,
    environment,
    resources: resources && checkedResources(place, resources),
    autoscaling: autoscaling && checkedAutoscaling(place, autoscaling),
  };
}

function checkedResources(
  place: ErrorLocation,
  { requests, limits }: NonNullable<CheckedSpec['resources']>,
): ModelResources {
  const resources = { requests: requests && amounts(requests), limits: limits && amounts(limits) };
  const { cpu: cpuRequest, memory: memoryRequest } = resources.requests ?? {};
  const { cpu: cpuLimit, memory: memoryLimit } = resources.limits ?? {};
  requireProp(
    cpuRequest === undefined || cpuLimit === undefined || cpuMillis(cpuRequest) <= cpuMillis(cpuLimit),
    place,
    'spec.resources.requests.cpu',
    'be at most limits.cpu',
    cpuRequest && cpuString(cpuRequest),
  );
  requireProp(
    memoryRequest === undefined || memoryLimit === undefined || sizeBytes(memoryRequest) <= sizeBytes(memoryLimit),
    place,
    'spec.resources.requests.memory',
    'be at most limits.memory',
    memoryRequest && sizeString(memoryRequest),
  );
  return resources;
}

function checkedAutoscaling(place: ErrorLocation, { enabled, ...bounds }: NonNullable<CheckedSpec['autoscaling']>) {
  const { minReplicas, maxReplicas } = bounds;
  requireProp(
    minReplicas <= maxReplicas,
    place,
    'spec.autoscaling.minReplicas',
    `be at most maxReplicas (${maxReplicas})`,
    minReplicas,
  );
  return enabled ? bounds : undefined;
}

function amounts({ cpu, memory }: CheckedAmounts): { cpu?: Cpu; memory?: Size } {
  return { cpu: cpu === undefined ? undefined : cores(cpu), memory: memory === undefined ? undefined : bytes(memory) };
}

function cores(cpu: number | string): Cpu {
  const text = String(cpu);
  return Cpu.millis(text.endsWith('m') ? Number(text.slice(0, -1)) : Math.round(Number(text) * 1000));
}

const KIBIBYTES: Readonly<Record<string, number>> = { Ki: 1, Mi: 1024, Gi: 1024 ** 2, Ti: 1024 ** 3 };

function bytes(memory: number | string): Size {
  if (typeof memory === 'number') return Size.kibibytes(memory / 1024);
  return Size.kibibytes(Number(memory.slice(0, -2)) * (KIBIBYTES[memory.slice(-2)] ?? 1));
}
