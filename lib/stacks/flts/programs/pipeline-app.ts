import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { uvicornHost } from '../../../kube/network/addresses';
import { type HttpConnection, httpConnection } from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import type { Identity } from '../../../kube/objects/labels';
import type { ContainerProps, PullPolicy } from '../../../kube/pods/containers';
import type { Env } from '../../../kube/pods/env';
import { httpProbe, type Probes } from '../../../kube/pods/probes';
import type { UpdateStrategy } from '../../../kube/pods/rollout';
import type { Use } from '../../../kube/pods/uses';
import { Volume } from '../../../kube/pods/volumes';
import type { Resources } from '../../../kube/resources/quantities';
import { Deployment } from '../../../workloads/deployment';
import { Service } from '../../../workloads/service';

/** An image that the users of the pipeline build. */
export interface PipelineImage {
  /** Pinned by a tag or a digest. */
  readonly image: string;
  /** `Never` for an image that is loaded into the nodes. @default 'IfNotPresent' */
  readonly imagePullPolicy?: PullPolicy;
  /** What it connects to beside what this library knows of it. @default - nothing */
  readonly uses?: readonly Use[];
}

/** An image whose program has settings. */
export interface PipelineProgram extends PipelineImage {
  /** Variables of the program that no other property decides: `{ PATIENCE: '10' }`. @default - those of the published chart */
  readonly settings?: Settings;
}

/** Environment variables of a program, by name. */
export type Settings = Readonly<Record<string, string>>;

export interface PipelineAppProps extends PipelineImage {
  /** Name of the Deployment. */
  readonly name: string;
  /** What it does in the pipeline. */
  readonly component: string;
  readonly env: Env;
  readonly resources: Resources;
  /** Container ports by name. @default - it listens nowhere */
  readonly ports?: Readonly<Record<string, number>>;
  /** @default - none */
  readonly probes?: Probes;
  /** @default - the entrypoint of the image */
  readonly command?: readonly string[];
  /** What must be there before it starts. @default - nothing */
  readonly initContainers?: readonly ContainerProps[];
  /** @default 1 */
  readonly replicas?: number;
  /** @default {}, a rolling update by 25 % */
  readonly strategy?: UpdateStrategy;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** The user of the images of the pipeline. That of the trainers has it too, but forgets to name it. */
export const PIPELINE_USER = 10001;

/** The name of the port that a program of the pipeline serves. */
export const HTTP = 'http';

/** A program of the pipeline: a Deployment. */
export class PipelineApp extends Construct {
  readonly deployment: Deployment;
  readonly identity: Identity;

  constructor(scope: Construct, id: string, props: PipelineAppProps) {
    super(...placed(scope, id));
    const words =
      'image imagePullPolicy?:Always|IfNotPresent|Never uses?:object[] name component env:object resources:object ports?:number{} probes?:object command?:string[] initContainers?:object[] replicas?:number strategy?:Recreate|object nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name, component, image, imagePullPolicy, env, resources, ports, probes, command } = props;
    const { uses, initContainers, replicas, strategy, nodePool } = props;
    this.identity = { name, instance: name, component };
    this.deployment = new Deployment(this, 'Default', {
      identity: this.identity,
      replicas,
      strategy,
      pod: {
        nodePool,
        securityContext: { user: PIPELINE_USER },
        uses,
        initContainers,
        containers: [
          {
            name,
            image,
            imagePullPolicy,
            command,
            ports,
            env: { ...WRITABLE_HOME, ...env },
            resources,
            probes,
            mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
          },
        ],
      },
    });
  }
}

/** A program of the pipeline that listens: a Deployment, and a Service of its name. */
export class PipelineServer extends PipelineApp {
  /** How neighbours reach it. */
  readonly connection: HttpConnection;

  /** @param props - with the one port that it listens on, of the Service as well */
  constructor(scope: Construct, id: string, props: Omit<PipelineAppProps, 'ports'> & { readonly port: number }) {
    const { port, ...app } = props;
    super(scope, id, { ...app, ports: { [HTTP]: port } });
    const { host } = new Service(this, 'service', {
      name: props.name,
      identity: this.identity,
      ports: [{ name: HTTP, port }],
    });
    this.connection = httpConnection(host, port);
  }
}

/** Starts the server of an image in one process, at all addresses of its pod; the images say those of IPv4. */
export function uvicorn(app: string, port: number): readonly string[] {
  return ['uvicorn', app, `--host=${uvicornHost(1)}`, '--port', String(port)];
}

/** Patient with a busy program: five minutes to start, half a minute until it gets no more requests, two until a restart. */
export function httpProbes(path: string, readyPath: string = path): Probes {
  const timeout = Duration.seconds(5);
  return {
    startup: httpProbe(path, HTTP, { period: Duration.seconds(5), timeout, failureThreshold: 60 }),
    readiness: httpProbe(readyPath, HTTP, { period: Duration.seconds(10), timeout }),
    liveness: httpProbe(path, HTTP, { period: Duration.seconds(20), timeout, failureThreshold: 6 }),
  };
}

/**
 * The environment of a program.
 * @param derived - what follows from the properties of the program, which no setting may change
 * @param defaults - what settings may change
 * @throws InvalidPropError for a setting that is derived, or no variable
 */
export function programEnv(scope: Construct, derived: Env, defaults: Settings, settings: Settings = {}): Env {
  for (const [name, value] of Object.entries(settings)) {
    const allowed = 'name variables of the program that no other property decides';
    requireProp(/^[A-Z][A-Z0-9_]*$/.test(name) && !Object.hasOwn(derived, name), scope, 'settings', allowed, name);
    requireProp(typeof value === 'string', scope, `settings.${name}`, 'be a string', value);
  }
  return { ...derived, ...defaults, ...settings };
}

/** What keeps Python and its libraries from writing anywhere but to `/tmp`: the root file system is read-only. */
export const WRITABLE_HOME: Env = { HOME: '/tmp', PYTHONDONTWRITEBYTECODE: '1', MPLCONFIGDIR: '/tmp' };
