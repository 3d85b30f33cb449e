import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { requireKnownProps } from '../../../kube/objects/known-props';
import type { Manifest } from '../../../kube/objects/serialization';
import { isInstalled } from '../../releases/release';
import { secretsReport } from '../secrets';

/** Everything that one environment writes. */
export interface PlatformOutput {
  readonly environment: string;
  /** The namespace of each chart, by the chart's id; undefined for a stack without one. */
  readonly namespaces: Readonly<Record<string, string | undefined>>;
  readonly things: readonly OutputThing[];
}

/** An object, a helm release or a document that another environment may have, too. */
export interface OutputThing {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** The id of the chart that it belongs to. @default - none */
  readonly chart?: string;
  readonly fields: unknown;
}

export interface PlatformOutputOptions {
  readonly environment: string;
  /** The helm releases beside the app, with all that there is to know of each. @default - none */
  readonly releases?: readonly { readonly name: string; readonly namespace: string; readonly installed?: boolean }[];
  /** What other tools read, by path below `deploy/`; texts are left out. @default - nothing */
  readonly documents?: Readonly<Record<string, unknown>>;
  /** The stack of a document, by path: those of a stack that the other environment lacks are no difference of their own. @default - none */
  readonly documentStacks?: Readonly<Record<string, string>>;
}

/** What a finished app writes, and what is beside it. Values of Secrets are not in it. */
export function platformOutput(app: IConstruct, options: PlatformOutputOptions): PlatformOutput {
  requireKnownProps('platformOutput()', { app, options }, 'app:Construct options:object');
  const words = 'environment releases?:object[] documents?:object documentStacks?:string{}';
  requireKnownProps('platformOutput()', options, words, 'options');
  const { environment, documents = {}, documentStacks = {} } = options;
  const releases = (options.releases ?? []).filter(isInstalled);
  const charts = app.node.findAll().filter(Chart.isChart);
  const written = charts.flatMap((chart) => manifestsOf(chart).map((manifest) => ({ chart: chart.node.id, manifest })));
  const jobs = written.flatMap(({ manifest: { kind, metadata } }) => (kind === 'Job' ? [metadata.name as string] : []));
  const chartIn = (namespace: string | undefined) => charts.find((chart) => chart.namespace === namespace)?.node.id;
  const { secrets } = secretsReport(app, { environment, releases });
  return {
    environment,
    namespaces: {
      ...Object.fromEntries(Object.values(documentStacks).map((stack) => [stack, undefined])),
      ...Object.fromEntries(charts.map((chart) => [chart.node.id, chart.namespace])),
    },
    things: [
      ...written.flatMap(({ chart, manifest }) => objectThings(manifest).map((thing) => ({ ...thing, chart }))),
      ...secrets.map((secret) => ({
        ...secretThing(secret, secret.stored ? `from the store ${secret.stored.store}` : 'has to exist', secret),
        chart: chartIn(secret.namespace),
      })),
      ...releases.map(({ name, namespace, ...fields }) => {
        // What a release waits for has the name of a Job, with its hash.
        const text = jobs.reduce((all, job) => all.replaceAll(job, withoutHash(job)), JSON.stringify(fields));
        return { kind: 'release', namespace, name, chart: chartIn(namespace), fields: JSON.parse(text) };
      }),
      ...Object.entries(documents)
        .filter(([path, document]) => typeof document !== 'string' && !OF_RELEASES.test(path))
        .map(([path, document]) => {
          const fields = JSON.parse(JSON.stringify(document));
          return { kind: 'document', name: path, chart: documentStacks[path], fields };
        }),
    ],
  };
}

function manifestsOf(chart: Chart): Manifest[] {
  const objects = chart.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
  return objects.filter((object) => Chart.of(object) === chart).map((object) => object.toJson());
}

/** Documents that say what the releases say. */
const OF_RELEASES = /^(releases\.yaml|helmfile\.yaml|values\/.*)$/;

function objectThings({
  apiVersion: _,
  kind,
  metadata: { name, namespace, ...metadata },
  ...body
}: Manifest): OutputThing[] {
  const { type, data, stringData, spec } = body;
  // In the list of Secrets, with what it is for.
  if (kind === 'ExternalSecret') return [];
  if (kind === 'Secret') {
    const keys = { ...data, ...stringData };
    return [secretThing({ name, namespace }, 'written, with documented values', { type, keys })];
  }
  if (kind === 'SealedSecret') {
    const keys = { ...spec.encryptedData, ...spec.template?.data };
    return [secretThing({ name, namespace }, 'written, encrypted', { type: spec.template?.type, keys })];
  }
  return [{ kind, namespace, name: kind === 'Job' ? withoutHash(name) : name, fields: { metadata, ...body } }];
}

/** A Secret from any source: its origin and its keys, never its values. */
function secretThing(
  id: Pick<OutputThing, 'name' | 'namespace'>,
  origin: string,
  { type = 'Opaque', keys }: Manifest,
): OutputThing {
  return { kind: 'Secret', ...id, fields: { origin, type, keys: Object.keys(keys).sort() } };
}

/** The name of a Job without the hash of its content. */
function withoutHash(job: string): string {
  return job.replace(/-[0-9a-f]{8}$/, '');
}
