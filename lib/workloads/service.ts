import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type HttpConnection, httpConnection } from '../kube/network/connections';
import { type Exposure, requireExposure } from '../kube/network/exposure';
import { allowIngressFromAnywhere, allowIngressFromRoute, podsOf, recordServer } from '../kube/network/network';
import { requireProp, requireUnique } from '../kube/objects/errors';
import { claimNodePort, requireContainerPorts, requireSelectedPods, serviceHost } from '../kube/objects/inventory';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import type { Identity } from '../kube/objects/labels';
import { requireDnsLabel, requireNodePort, requirePort, requireServiceName } from '../kube/objects/names';

export interface ServicePort {
  /** Name of the port, and of the container port it leads to. */
  readonly name: string;
  readonly port: number;
  /** Named container port. @default - the same as `name` */
  readonly targetPort?: string;
  /** Port on every node, from 30000 to 32767; makes the Service a NodePort, of all of its ports. @default - none */
  readonly nodePort?: number;
}

export interface ServiceProps {
  /** `metadata.name`: the DNS name of the Service. */
  readonly name: string;
  /** Whose pods the Service leads to. */
  readonly identity: Identity;
  readonly ports: readonly [ServicePort, ...ServicePort[]];
  /** How the first port is reached from outside of the cluster. @default - not at all, or by its `nodePort` */
  readonly exposure?: Exposure;
  /** DNS answers with the pods' own addresses. @default false */
  readonly headless?: boolean;
  /** Includes pods that are not ready. @default false */
  readonly publishNotReadyAddresses?: boolean;
}

/** A Service: a stable name for the pods of one identity. */
export class Service extends Construct {
  readonly name: string;
  /** `name.namespace.svc`, which resolves from every namespace of the cluster. */
  readonly host: string;
  /** The Ingress or HTTPRoute, where `exposure` is one. */
  readonly route?: Construct;
  private readonly firstPort: number;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(...placed(scope, id));
    const words =
      'name identity:Identity ports:object[] exposure?:object headless?:boolean publishNotReadyAddresses?:boolean';
    requireKnownProps(this, props, words);
    const { name, identity, exposure, headless = false, publishNotReadyAddresses = false } = props;
    for (const port of props.ports) {
      requireKnownProps(this, port, 'name port:number targetPort? nodePort?:number', 'ports');
    }
    if (exposure !== undefined) requireExposure(this, 'exposure', exposure);
    requireProp(props.ports.length > 0, this, 'ports', 'have a port', props.ports);
    const ports = exposure?.type === 'NodePort' ? atNodePort(props.ports, exposure.nodePort) : props.ports;
    requireServiceName(this, 'name', name);
    const nodePorts = ports.some(({ nodePort }) => nodePort !== undefined);
    requireProp(!(headless && nodePorts), this, 'nodePort', 'not be given to a headless Service', name);
    for (const { name: portName, port, nodePort } of ports) {
      requireDnsLabel(this, 'ports.name', portName);
      requirePort(this, 'ports.port', port);
      if (nodePort !== undefined) requireNodePort(this, 'ports.nodePort', nodePort);
    }
    requireUnique(this, 'ports', ports, 'name');
    requireUnique(this, 'ports', ports, 'port');
    const without = ports.find(({ nodePort }) => nodePorts && nodePort === undefined);
    const allowed = 'be given to every port or to none: Kubernetes opens all of them, each at a port of its choice';
    requireProp(without === undefined, this, 'ports.nodePort', allowed, without?.name);
    for (const { nodePort } of ports) {
      if (nodePort !== undefined) claimNodePort(this, 'ports.nodePort', nodePort);
    }
    const pods = podsOf(this, identity);
    const { selector } = pods;
    this.name = name;
    this.host = serviceHost(this, name);
    this.firstPort = ports[0].port;
    new k8s.KubeService(this, 'Default', {
      metadata: { name, labels: { ...selector } },
      spec: {
        type: nodePorts ? 'NodePort' : 'ClusterIP',
        clusterIp: headless ? 'None' : undefined,
        publishNotReadyAddresses: publishNotReadyAddresses || undefined,
        selector: { ...selector },
        ports: ports.map(({ name: portName, port, targetPort = portName, nodePort }) => ({
          name: portName,
          port,
          targetPort: k8s.IntOrString.fromString(targetPort),
          nodePort,
        })),
      },
    });
    const targetOf = ({ name: portName, targetPort = portName }: ServicePort) => targetPort;
    recordServer({ host: this.host, pods, ports: ports.map((port) => ({ port: port.port, podPort: targetOf(port) })) });
    const open = ports.filter(({ nodePort }) => nodePort !== undefined);
    if (open.length > 0) allowIngressFromAnywhere(pods, open.map(targetOf));
    requireSelectedPods(this, 'selector', selector);
    requireContainerPorts(this, 'ports.targetPort', selector, ports.map(targetOf));
    if (exposure !== undefined && exposure.type !== 'NodePort') {
      this.route = exposure.route(this, { serviceName: name, port: this.firstPort });
      allowIngressFromRoute(pods, [targetOf(ports[0])], exposure.type);
    }
  }

  /** How clients in the cluster reach an HTTP server at the first port. */
  get http(): HttpConnection {
    return httpConnection(this.host, this.firstPort);
  }
}

function atNodePort([first, ...others]: ServiceProps['ports'], nodePort: number): ServiceProps['ports'] {
  return [{ ...first, nodePort }, ...others];
}
