import { rollingUpdate, rolloutRoom } from '../pods/rollout';
import { amountString } from './pod-resources';
import {
  type DeploymentVerdict,
  type KeyVerdict,
  type NamespacePods,
  type OvercommittedKey,
  type QuotaVerdict,
  surgingQuota,
} from './quota-verdict';

/** The errors of a verdict, one or two sentences each, as a validation of the quota's property `prop` reports them. */
export function quotaErrors(prop: string, verdict: QuotaVerdict): readonly string[] {
  return [
    ...verdict.overcommitted.map((key) => overcommitted(prop, key)),
    ...verdict.deployments
      .filter(({ unreachable, stuckAt }) => unreachable || stuckAt !== undefined)
      .map((deployment) => deploymentError(prop, deployment, verdict.pods)),
  ];
}

/** The notes of a verdict: rollouts that work, but without all of their surge. */
export function quotaNotes(verdict: QuotaVerdict): readonly string[] {
  return verdict.deployments
    .filter(({ unreachable, stuckAt }) => !unreachable && stuckAt === undefined)
    .flatMap(({ deployment, throttledAt, keys }) => {
      if (throttledAt === undefined) return [];
      const { surge } = rolloutRoom(deployment.strategy, throttledAt);
      const all = surgingQuota(
        keys.map(({ key }) => key),
        verdict.pods,
      );
      const short = keys.flatMap(({ key, hard }) => {
        const room = all[key] ?? 0n;
        return hard < room ? [`${key} ${amountString(key, room)}`] : [];
      });
      return `a rollout of Deployment '${deployment.name}' at ${replicas(throttledAt)} goes on, but the quota may lack the room for all of its surge of ${surge}, which ${list(short)} would have`;
    });
}

function overcommitted(prop: string, { key, hard, needed, pods }: OvercommittedKey): string {
  return `'${prop}.${key}' must be at least ${amountString(key, needed)} for ${names(pods)}, got ${amountString(key, hard)}`;
}

function deploymentError(prop: string, verdict: DeploymentVerdict, all: readonly NamespacePods[]): string {
  const { deployment, ceiling, unreachable, stuckAt, workableReplicas } = verdict;
  const { max } = deployment.replicas;
  const short = verdict.keys.filter(({ hard, smallest }) => hard < smallest);
  const others = all.filter((pods) => pods !== deployment && short.some(({ key }) => (pods.usage[key] ?? 0n) > 0n));
  const beside = others.length === 0 ? '' : ` beside ${names(others)}`;
  const has = list(
    short.map(({ key, hard, each, ceiling }) => {
      const room = `room for ${ceiling} of ${amountString(key, each)}`;
      return `${key} ${amountString(key, hard)} (${room})`;
    }),
  );
  const breaks = [
    unreachable ? `${hasHpa(verdict) ? 'its HPA can' : 'it can'} never reach ${max}` : undefined,
    // With room for no pod at all there is nothing to roll out.
    stuckAt !== undefined && ceiling > 0 ? stuck(verdict, stuckAt) : undefined,
  ];
  return [
    `'${prop}' must admit ${pods(deployment, short)} of Deployment '${deployment.name}'${beside}, got ${has}: `,
    `${breaks.filter((text) => text !== undefined).join(', and ')}. `,
    `The smallest quota that would do is ${amounts(short, 'smallest')}`,
    saves(short) ? `, or with maxUnavailable 1 ${amounts(short, 'smallestWithUnavailable')}` : '',
    workableReplicas > 0 ? `; under this quota at most ${replicas(workableReplicas)} would do` : '',
  ].join('');
}

function pods({ replicas: { max } }: DeploymentVerdict['deployment'], short: readonly KeyVerdict[]): string {
  return `${counted(max, 'pod')}${saves(short) ? ' and 1 more for a rollout' : ''}`;
}

function stuck({ deployment, ceiling }: DeploymentVerdict, at: number): string {
  const { unavailable } = rolloutRoom(deployment.strategy, at);
  const given = deployment.strategy === 'Recreate' ? '' : rollingUpdate(deployment.strategy).maxUnavailable;
  const keeps = at - unavailable;
  // All of the old pods or, where some may be missing, so many of them that they fill the quota all the same.
  const why = unavailable === 0 ? `maxUnavailable ${given} lets no old one go` : `${keeps} old ones must stay`;
  const full = ceiling < at ? `only ${ceiling} of them are admitted and ` : '';
  return `a rollout at ${replicas(at)} is stuck for ever, because ${full}the quota refuses a new pod while ${why}`;
}

function hasHpa({ deployment: { replicas } }: DeploymentVerdict): boolean {
  return replicas.min < replicas.max;
}

function saves(keys: readonly KeyVerdict[]): boolean {
  return keys.some(({ smallest, smallestWithUnavailable }) => smallestWithUnavailable < smallest);
}

function amounts(keys: readonly KeyVerdict[], which: 'smallest' | 'smallestWithUnavailable'): string {
  return list(keys.map((verdict) => `${verdict.key} ${amountString(verdict.key, verdict[which])}`));
}

function names(pods: readonly NamespacePods[]): string {
  return list(pods.map(({ kind, name }) => `${kind} '${name}'`));
}

function replicas(count: number): string {
  return counted(count, 'replica');
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function list(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
