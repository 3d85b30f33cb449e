import { join } from 'node:path';
import type { Pods } from '../../lib/kube/network/peers';
import { namespaceOf } from '../../lib/kube/objects/inventory';
import type { Labels } from '../../lib/kube/objects/labels';
import { PAUSE } from './nodes';
import type { Stage } from './stage';

/** A pod as one end of connections. */
export interface End {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly ip: string;
  /** Ports that it listens on, whether they are declared or not. */
  readonly listens: readonly number[];
  /** Starts a command in its network with this. */
  readonly enter: readonly string[];
}

/** The program that asks and listens in the network of a pod. */
export const POD_NETWORK = join(import.meta.dirname, 'pod-network.mjs');

/** Label of the pods that stand in for others, or are in a namespace of nobody. */
export const STAND_IN = 'test-node/stand-in';

/** The pods of namespaces that run, with the namespaces of their networks. */
export async function runningEnds({ cluster }: Stage, namespaces: readonly string[]): Promise<readonly End[]> {
  const lists = namespaces.map((namespace) => cluster.api.list(`/api/v1/namespaces/${namespace}/pods`));
  const pods = (await Promise.all(lists)).flat().filter(({ status }) => status.phase === 'Running');
  const networks = await Promise.all(
    cluster.nodes.map(async (node) => podNetworks(await node.run(['bash', '-c', LIST]), node.enter())),
  );
  const found = Object.assign({}, ...networks);
  return pods.map(({ metadata: { name, namespace, labels }, status: { podIP } }) => {
    if (found[podIP] === undefined) throw new Error(`${namespace}/${name}: no network has its address ${podIP}`);
    return { name: `${namespace}/${name}`, namespace, labels, ip: podIP, ...found[podIP] };
  });
}

/** The address of each network of a node, and the ports that are open in it: 0A is LISTEN, and loopback does not count. */
const LIST = `
for file in /run/netns/*; do
  nsenter --net="$file" sh -c '
    echo "$0" $(ip -4 -o address show eth0 | sed "s|.*inet \\([0-9.]*\\).*|\\1|") \
      $(cat /proc/net/tcp /proc/net/tcp6 | awk "\\$4 == \\"0A\\" && \\$2 !~ /^0100007F/ { print \\$2 }")
  ' "$file"
done`;

function podNetworks(text: string, enter: readonly string[]): Record<string, Pick<End, 'listens' | 'enter'>> {
  const entries = text
    .trim()
    .split('\n')
    .map((line) => {
      const [file, ip = '', ...sockets] = line.split(' ');
      const ports = sockets.map((socket) => Number.parseInt(socket.split(':').at(-1) ?? '', 16));
      return [ip, { listens: [...new Set(ports)], enter: [...enter, 'nsenter', `--net=${file}`, '--'] }];
    });
  return Object.fromEntries(entries);
}

/** A pod that does nothing, with the labels of pods that do not run now: of Jobs, or of charts that are not installed. */
export function standIn({ scope, name, selector }: Pods) {
  return quietPod(namespaceOf(scope) ?? 'default', `stand-in-${name}`, { ...selector, [STAND_IN]: 'true' });
}

export function quietPod(namespace: string, name: string, labels: Labels) {
  const amounts = { cpu: '10m', memory: '16Mi' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      tolerations: [{ operator: 'Exists' }],
      securityContext: { runAsNonRoot: true, runAsUser: 65535, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'pause',
          image: PAUSE,
          resources: { requests: amounts, limits: amounts },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}
