import { afterAll, vi } from 'vitest';
import type { HaproxyProps } from '../../../lib/components/edge/haproxy';
import { SecretRef } from '../../../lib/kube/secrets';
import { findHaproxy, HaproxyProcess } from '../../support/haproxy';
import { describeUnless } from '../../support/programs';
import { find, type Manifest, synth } from '../../support/synth';
import { haproxy, servers } from './haproxy-samples';

const found = findHaproxy();
const reason = typeof found === 'string' ? found : '';
if (reason !== '') console.warn(`no test with a real HAProxy runs: ${reason}`);

/** What a shell, a quotation or the language of the configuration would stumble over. */
export const PASSWORD = `a "quoted", 'odd' \\ $HOME {value}) # :é`;

export interface Rendered {
  readonly command: readonly string[];
  readonly config: string;
}

/** Makes an HAProxy, not started. */
type MakeHaproxy = (
  rendered: Rendered,
  nameServer?: number,
  env?: Readonly<Record<string, string>>,
) => Promise<HaproxyProcess>;

/** `describe`, for what needs a real HAProxy. */
export function describeHaproxy(title: string, body: () => void): void {
  describeUnless(reason)(`${title}${reason && ` (${reason})`}`, body);
}

/** What makes HAProxies that end with the test file that asks for it: the files of a worker share this module. */
export function haproxyProcesses(): MakeHaproxy {
  // Programs run beside other tests, on few cores.
  vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
  const created: HaproxyProcess[] = [];
  afterAll(() => Promise.all(created.map((each) => each.destroy())));
  return async ({ command, config }, nameServer = 53, env = { STATS_PASSWORD: PASSWORD }) => {
    if (typeof found === 'string') throw new Error(found);
    const made = await HaproxyProcess.create(found, command, config, env, nameServer);
    created.push(made);
    return made;
  };
}

/** Of a load balancer before at most so many pods, and a quarter of it as their surge. */
export function rendered(props: Partial<HaproxyProps> = {}, port = 8000, maxReplicas = 8): Rendered {
  const target = haproxy({
    servers: { ...servers, port, replicas: { minReplicas: 1, maxReplicas } },
    statsPassword: new SecretRef('stats').key('password'),
    ...props,
  });
  return readFrom(synth(target), props.name ?? 'balancer');
}

export function readFrom(objects: readonly Manifest[], name: string): Rendered {
  const [{ command }] = find(objects, 'Deployment', name).spec.template.spec.containers;
  return { command, config: find(objects, 'ConfigMap', `${name}-config`).data['haproxy.cfg'] };
}
