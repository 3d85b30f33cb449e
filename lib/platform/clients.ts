import { Chart } from 'cdk8s';
import { allowEverything, allowIngress, serverAt, serverHosts } from '../kube/network/network';
import type { Pods } from '../kube/network/peers';
import { oneOf, requireProp, requireUnique } from '../kube/objects/errors';
import { selectedPods } from '../kube/objects/inventory';
import { requireKnownProps } from '../kube/objects/known-props';
import type { Labels } from '../kube/objects/labels';
import type { Stack } from './stack';

/** Pods of another app, and what they use of a stack. */
export interface StackClient {
  /** Name of the policy that opens all of their own connections, where they run in the namespace of the stack. */
  readonly name: string;
  /** Namespace that they run in. @default - that of the stack */
  readonly namespace?: string;
  /** Labels that all of them have, and no pod of the stack. @default - all pods of a namespace of their own */
  readonly selector?: Labels;
  /** Names of Services of the stack, which they connect to: at any of their ports. @default - none */
  readonly servers?: readonly string[];
}

/** Who else uses a stack. */
export interface StackClients {
  /** Pods of other apps that use its servers or run in its namespace. @default - none: its policies shut them out */
  readonly clients?: readonly StackClient[];
}

/** Opens the network of a finished stack to its clients. */
export function allowClients(stack: Stack, props: StackClients): void {
  requireKnownProps('allowClients()', { stack, props }, 'stack:Construct props:object');
  const { clients = [] } = props;
  requireKnownProps(stack, { clients }, 'clients:object[]');
  requireUnique(stack, 'clients', clients, 'name');
  for (const client of clients) {
    requireKnownProps(stack, client, 'name namespace? selector?:string{} servers?:string[]', 'clients');
    const { name, namespace = stack.namespace, selector = {}, servers = [] } = client;
    const pods: Pods = { scope: stack, name, selector };
    if (namespace === stack.namespace) allowNeighbour(pods);
    for (const server of servers) {
      const found = serverAt(stack, server);
      const own = found !== undefined && 'scope' in found.pods && Chart.of(found.pods.scope) === stack;
      requireProp(own, stack, 'clients.servers', oneOf(serverHosts(stack, stack.namespace).map(shortName)), server);
      const from = namespace === stack.namespace ? pods : { namespace, selector: client.selector };
      allowIngress(
        found.pods as Pods,
        found.ports.map(({ podPort }) => podPort),
        from,
      );
    }
  }
}

/** What runs in the namespace of a stack keeps the connections that it had before the policies of the stack. */
function allowNeighbour(pods: Pods): void {
  allowEverything(pods);
  pods.scope.node.addValidation({
    validate: () =>
      selectedPods(pods.scope, pods.selector).map(
        (own) =>
          `'clients.selector' must select no pods of the stack, whose connections it would open, got '${own.name}'`,
      ),
  });
}

function shortName(host: string): string {
  return host.slice(0, host.indexOf('.'));
}
