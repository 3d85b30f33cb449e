import { ApiObject, type App, Chart } from 'cdk8s';
import { InvalidPropError } from '../kube/objects/errors';
import { requireKnownProps } from '../kube/objects/known-props';
import { notes } from '../kube/objects/notes';
import { appliedServerSide } from '../kube/objects/size-limits';
import { type KubectlOptions, kubectlOptions, shellWord } from './reports/kubectl';

/** What a synth wrote beside the charts of its app. */
export interface SummaryOptions extends KubectlOptions {
  readonly environment: string;
  /** Paths below `deploy/`. */
  readonly deployFiles: readonly string[];
  /** Whether operators are releases, which are installed before the objects that they run. */
  readonly operators: boolean;
  /** Folder of `dist/` and `deploy/`, as commands are to name it, with a slash at its end. @default - the current one */
  readonly folder?: string;
  /** Whether there are any releases. */
  readonly releases: boolean;
}

/** What a synth wrote, for the user who ran it. */
export function summary(app: App, options: SummaryOptions): string {
  const { environment, deployFiles, operators, releases, folder = '' } = options;
  const helmfile = folder === '' ? 'helmfile' : `helmfile -f ${shellWord(`${folder}deploy/helmfile.yaml`)}`;
  const apply = appliedServerSide(app) ? 'apply --server-side' : 'apply';
  const dist = shellWord(`${folder}dist`);
  const kubectl = ['kubectl', ...kubectlOptions(options)].map(shellWord).join(' ');
  // In the order in which kubectl applies their files.
  const charts = app.node.children.filter(Chart.isChart).sort((a, b) => (a.node.id < b.node.id ? -1 : 1));
  const remarks = [...notes(app), ...(deployFiles.includes('secrets.md') ? [SECRETS] : [])];
  return [
    `Environment ${environment}:`,
    ...charts.map((chart) => `  dist/${chart.node.id}${app.outputFileExtension}: ${objectsByKind(chart)}`),
    ...[...deployFiles].sort().map((path) => `  deploy/${path}`),
    ...(remarks.length === 0 ? [] : ['', 'Notes:', ...remarks.map((remark) => `  ${remark}`)]),
    '',
    'Apply it with:',
    ...(operators && app.node.tryFindChild('cluster') !== undefined
      ? [`  ${kubectl} ${apply} -f ${dist}/cluster${app.outputFileExtension}`]
      : []),
    ...(operators ? [`  ${helmfile} -l stage=operators sync`] : []),
    `  ${kubectl} ${apply} -f ${dist}`,
    ...(releases ? [`  ${helmfile} sync`] : []),
  ].join('\n');
}

const SECRETS = 'deploy/secrets.md lists the Secrets that have to exist, and how to create them';

function objectsByKind(chart: Chart): string {
  const counts = new Map<string, number>();
  for (const object of chart.node.findAll()) {
    if (ApiObject.isApiObject(object)) counts.set(object.kind, (counts.get(object.kind) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

/**
 * What the user is told when a synth fails: the message of an error that says where and what, and the whole
 * error where it is a mistake of the program.
 */
export function failure(error: Error): string {
  requireKnownProps('failure()', { error }, 'error:object');
  const explained = error.name === 'Error' || error instanceof InvalidPropError;
  return `\n${explained ? error.message : error.stack}\n`;
}
