import { Size, SizeRoundingBehavior } from 'cdk8s';
import { Cpu, k8s } from 'cdk8s-plus-28';
import { type ErrorLocation, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';

/** CPU and memory that a container asks for. */
export interface ComputeRequests {
  readonly cpu: Cpu;
  readonly memory: Size;
}

/** CPU and memory that a container may use. Memory is always limited; CPU where a noisy neighbour matters more than idle cores. */
export interface ComputeLimits {
  /** @default - no limit on CPU */
  readonly cpu?: Cpu;
  readonly memory: Size;
}

/** What a container asks for and what it may use. */
export interface Resources {
  readonly requests: ComputeRequests;
  readonly limits: ComputeLimits;
}

/** Requests and limits of a container in thousandths of a core and in MiB, each as `[request, limit]`. */
export function computeResources({
  millicores: [cpu, cpuLimit],
  mebibytes: [memory, memoryLimit],
}: {
  readonly millicores: readonly [request: number, limit: number];
  readonly mebibytes: readonly [request: number, limit: number];
}): { readonly requests: Required<ComputeRequests>; readonly limits: Required<ComputeLimits> } {
  return {
    requests: { cpu: Cpu.millis(cpu), memory: Size.mebibytes(memory) },
    limits: { cpu: Cpu.millis(cpuLimit), memory: Size.mebibytes(memoryLimit) },
  };
}

/** Resources by name, in canonical form: the API server returns exactly these strings. */
export type ResourceAmounts = Readonly<Record<string, string>>;

const SIZE_UNITS = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/** A size in the canonical form of the API server: the largest unit that divides it (`1024Mi` is written `1Gi`). */
export function sizeString(size: Size): string {
  let amount = size.toKibibytes();
  let unit = 0;
  while (unit < SIZE_UNITS.length - 1 && amount !== 0 && amount % 1024 === 0) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount}${SIZE_UNITS[unit]}`;
}

/** CPU in the canonical form of the API server: whole cores where it is whole (`2000m` is written `2`, 2000 cores `2k`). */
export function cpuString(cpu: Cpu): string {
  const millis = cpuMillis(cpu);
  if (millis % 1000 !== 0) return `${millis}m`;
  const cores = millis / 1000;
  return cores % 1000 === 0 && cores !== 0 ? `${cores / 1000}k` : String(cores);
}

/** CPU in thousandths of a core. */
export function cpuMillis(cpu: Cpu): number {
  const millis = cpu.amount.endsWith('m') ? Number(cpu.amount.slice(0, -1)) : Number(cpu.amount) * 1000;
  // 0.07 * 1000 is 70.00000000000001
  return Math.abs(millis - Math.round(millis)) < 1e-6 ? Math.round(millis) : millis;
}

/** Memory in bytes. */
export function sizeBytes(size: Size): number {
  return size.toKibibytes() * 1024;
}

/** Checks that a size is a positive whole number of KiB. */
export function requireSize(location: ErrorLocation, prop: string, size: Size): void {
  requireProp(typeof size?.toKibibytes === 'function', location, prop, 'be a Size', size);
  const kibibytes = size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
  const allowed = 'be a positive whole number of KiB';
  requireProp(Number.isSafeInteger(kibibytes) && kibibytes > 0, location, prop, allowed, size.asString());
}

/** Checks that CPU is a positive whole number of thousandths of a core. */
export function requireCpu(location: ErrorLocation, prop: string, cpu: Cpu): void {
  requireProp(typeof cpu?.amount === 'string', location, prop, 'be a Cpu', cpu);
  const millis = cpuMillis(cpu);
  const allowed = 'be a positive whole number of millicores';
  requireProp(Number.isSafeInteger(millis) && millis > 0, location, prop, allowed, cpu.amount);
}

/** Requests and limits as Kubernetes reads them, with requests no larger than limits. */
export function resourceAmounts(
  location: ErrorLocation,
  prop: string,
  resources: Resources,
): { requests: ResourceAmounts; limits: ResourceAmounts } {
  requireKnownProps(location, resources, 'requests:object limits:object', prop);
  const { requests, limits } = resources;
  requireKnownProps(location, requests, 'cpu:Cpu memory:Size', `${prop}.requests`);
  requireKnownProps(location, limits, 'cpu?:Cpu memory:Size', `${prop}.limits`);
  requireCpu(location, `${prop}.requests.cpu`, requests.cpu);
  requireSize(location, `${prop}.requests.memory`, requests.memory);
  requireSize(location, `${prop}.limits.memory`, limits.memory);
  requireProp(
    sizeBytes(requests.memory) <= sizeBytes(limits.memory),
    location,
    `${prop}.requests.memory`,
    `be at most the limit of ${sizeString(limits.memory)}`,
    sizeString(requests.memory),
  );
  if (limits.cpu !== undefined) {
    requireCpu(location, `${prop}.limits.cpu`, limits.cpu);
    requireProp(
      cpuMillis(requests.cpu) <= cpuMillis(limits.cpu),
      location,
      `${prop}.requests.cpu`,
      `be at most the limit of ${cpuString(limits.cpu)}`,
      cpuString(requests.cpu),
    );
  }
  return {
    requests: { cpu: cpuString(requests.cpu), memory: sizeString(requests.memory) },
    limits: { ...(limits.cpu === undefined ? {} : { cpu: cpuString(limits.cpu) }), memory: sizeString(limits.memory) },
  };
}

/** Amounts as the typed quantities of an L1: raw strings vanish from its output. */
export function quantities(amounts: ResourceAmounts): Record<string, k8s.Quantity> {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]));
}
