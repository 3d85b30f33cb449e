import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { dev } from '../../../environments';
import { list } from '../../cluster/stage';
import { type RunningCluster, startOwnCluster } from '../control-plane/cluster';
import { Kubectl } from '../control-plane/kubectl';
import { nodesOf } from '../control-plane/nodes';
import type { Programs } from '../control-plane/programs';
import { storageFor } from '../control-plane/volumes';
import { synthesize } from '../environments';
import { DayProject, type DayRun } from './project';
import { DayServers } from './servers';

export const CONTEXT = 'control-plane';
export const UP = ['--context', CONTEXT, '--minutes', '5'];

/** Charts of the releases of `dev`, which hold nothing here. */
const CHARTS = {
  eoapi: '0.12.0',
  mlflow: '1.8.1',
  zenml: '0.93.3',
  'metrics-server': '3.13.1',
  'nvidia-device-plugin': '0.20.0',
} as const;

/** Empty charts in place of those of the repositories, which tests do not reach; else helm itself. */
const HELM = `
case " $* " in
*" repo "*) exit 0 ;;
*" pull "* | *" fetch "*)
  while [ $# -gt 0 ]; do
    case "$1" in --destination | --untardir | -d) folder=$2 ;; esac
    shift
  done
  mkdir -p "$folder" && cp -r "$CHARTS/zenml" "$folder/zenml"
  exit 0 ;;
esac
for word do
  shift
  case "$word" in
  eoapi/* | mlflow/* | metrics-server/* | nvidia-device-plugin/*) word=$CHARTS/\${word#*/} ;;
  esac
  set -- "$@" "$word"
done
exec "$HELM_PROGRAM" "$@"`;

/** A kubectl that forwards ports without a kubelet. */
const KUBECTL = `
case " $* " in *" port-forward "*) exec node "$FORWARD" "$@" ;; esac
exec "$KUBECTL_PROGRAM" "$@"`;

/** A control plane with the nodes of `dev`, a copy of the project, and what stands in for a kubelet and for servers. */
export class DayStage {
  private constructor(
    readonly kubectl: Kubectl,
    readonly project: DayProject,
    readonly servers: DayServers,
    readonly env: Readonly<Record<string, string>>,
    private readonly cluster: RunningCluster,
  ) {}

  static async start(
    plane: Programs,
    { helm, helmfile }: Readonly<Record<'helm' | 'helmfile', string>>,
  ): Promise<DayStage> {
    const cluster = await startOwnCluster(plane);
    const kubectl = new Kubectl(plane.kubectl, cluster.access.kubeconfig);
    const objects = synthesize(dev).app.charts.flatMap((chart) => chart.toJson());
    await kubectl.run(['apply', '-f', '-'], list([...nodesOf(dev.nodePools), ...storageFor(objects)]));
    const project = await DayProject.create();
    const servers = await DayServers.start((name) => project.hasZenmlStack(name));
    const charts = join(project.folder, 'charts');
    for (const [name, version] of Object.entries(CHARTS)) {
      mkdirSync(join(charts, name), { recursive: true });
      writeFileSync(join(charts, name, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
    }
    project.program('kubectl', KUBECTL);
    project.program('helm', HELM);
    project.program('helmfile', 'exec "$HELMFILE_PROGRAM" "$@"');
    project.zenml('0.93.3');
    const env = {
      KUBECONFIG: cluster.access.kubeconfig,
      KUBECTL_PROGRAM: plane.kubectl,
      HELM_PROGRAM: helm,
      HELMFILE_PROGRAM: helmfile,
      HELMFILE_UPGRADE_NOTICE_DISABLED: 'true',
      CHARTS: charts,
      FORWARD: join(import.meta.dirname, 'forward.mjs'),
      BACKENDS: servers.backends,
      GOGC: '400',
    };
    return new DayStage(kubectl, project, servers, env, cluster);
  }

  async stop(): Promise<void> {
    await this.day('down');
    this.project.remove();
    await this.servers.stop();
    await this.cluster.stop();
  }

  /** Runs a command of the day in the cluster. */
  day(command: string, ...args: readonly string[]): Promise<DayRun> {
    return this.project.run(command, [...(command === 'up' ? UP : ['--context', CONTEXT]), ...args], this.env);
  }

  /** Everything in the cluster that the day may leave behind. */
  async everything(): Promise<readonly string[]> {
    const kinds = ['namespaces', 'crds', 'clusterroles', 'runtimeclasses', 'pvc,secrets,pods -A'];
    const lists = kinds.map((kind) => this.kubectl.run(['get', ...kind.split(' '), '-o', 'name']));
    return (await Promise.all(lists)).flatMap((text) => text.split('\n').filter(Boolean)).sort();
  }

  /** Process ids of what forwards ports of the project. */
  async forwarders(): Promise<readonly number[]> {
    const { stdout } = await this.kubectl.script("ps -A -o pid=,stat=,args= | grep '[f]orward.mjs' || true", '.');
    const own = Object.values(this.project.ports).map((port) => ` ${port}:`);
    const running = stdout.split('\n').filter((line) => !/^\s*\d+\s+Z/.test(line));
    return running.filter((line) => own.some((port) => line.includes(port))).map((line) => Number.parseInt(line, 10));
  }
}

export function succeeds(run: DayRun): void {
  expect(run, run.text).toMatchObject({ code: 0 });
}

/** What is not well, by the titles of sections. */
export function problems({ stdout }: DayRun): Record<string, string[]> {
  const { sections } = JSON.parse(stdout);
  const bad = sections.map(({ title, things }: { title: string; things: { name: string; problem?: string }[] }) => [
    title,
    things.filter(({ problem }) => problem !== undefined).map(({ name, problem }) => `${name} ${problem}`),
  ]);
  return Object.fromEntries(bad.filter(([, lines]: [string, string[]]) => lines.length > 0));
}
