import { afterAll } from 'vitest';
import type { HaproxyProps } from '../../../lib/components/edge/haproxy';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { findHaproxy, HaproxyProcess } from '../../support/haproxy';
import { describeProgram } from '../../support/programs';
import { find, type Manifest, synth } from '../../support/synth';
import { haproxy, servers } from './haproxy-samples';

/** What a shell, a quotation or the language of the configuration would stumble over. */
export const PASSWORD = `a "quoted", 'odd' \\ $HOME {value}) # :é`;

export interface Rendered {
  readonly command: readonly string[];
  readonly config: string;
}

/** Makes an HAProxy, not started, that ends with the tests. */
type MakeHaproxy = (
  rendered: Rendered,
  nameServer?: number,
  env?: Readonly<Record<string, string>>,
) => Promise<HaproxyProcess>;

/** `describe`, for what needs a real HAProxy. */
export function describeHaproxy(title: string, tests: (haproxy: MakeHaproxy) => void): void {
  describeProgram(findHaproxy(), title, (installation) => {
    const created: HaproxyProcess[] = [];
    afterAll(() => Promise.all(created.map((each) => each.destroy())));
    tests(async ({ command, config }, nameServer = 53, env = { STATS_PASSWORD: PASSWORD }) => {
      const made = await HaproxyProcess.create(installation(), command, config, env, nameServer);
      created.push(made);
      return made;
    });
  });
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
