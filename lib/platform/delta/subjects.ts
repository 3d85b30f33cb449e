import type { Manifest } from '../../kube/objects/serialization';
import type { NamespaceNames } from './namespaces';
import type { PlatformOutput } from './output';

/** A thing that an environment has, and that another one may have, too. */
export interface Subject {
  /** The same in both environments. */
  readonly id: string;
  /** What rules speak of: a kind, or `release mlflow`, `ZenML stack k8s`, `kind cluster`. */
  readonly type: string;
  /** What it is called: `Deployment inference/inference-deploy`, with the namespace in front. */
  readonly name: string;
  /** The stack that an object belongs to. */
  readonly stack?: string;
  /** The application that an object belongs to, or the group of its API. */
  readonly application?: string;
  readonly fields: unknown;
}

/** What stands in for a Secret: where it comes from and what it has, never what is in it. */
interface SecretFields {
  readonly origin: string;
  readonly type: string;
  readonly keys: readonly string[];
}

/** Everything that can be compared, by its identity. */
export function subjectsOf(output: PlatformOutput, names: NamespaceNames): Map<string, Subject> {
  const { manifests, documents } = output;
  const subjects = [
    ...manifests.flatMap((manifest) => objectSubject(manifest, names)),
    ...releaseSubjects(documents, names),
    ...secretSubjects(documents['secrets.json'], names),
    ...documentSubjects(documents),
  ];
  return new Map(subjects.map((subject) => [subject.id, subject]));
}

function objectSubject(manifest: Manifest, names: NamespaceNames): Subject[] {
  const { apiVersion, kind, metadata, ...body } = manifest;
  // In the list of Secrets, with what it is for.
  if (kind === 'ExternalSecret') return [];
  if (kind === 'Secret') return [secretSubject(metadata, names, written(manifest))];
  if (kind === 'SealedSecret') return [secretSubject(metadata, names, sealed(manifest))];
  const { name, namespace, ...others } = metadata;
  const selected = Object.keys(body.spec?.selector?.matchLabels ?? {}).find((key) => key.startsWith('cnpg.io/'));
  return [
    {
      ...identity(kind, namespace, name, names),
      type: kind,
      stack: others.labels?.['app.kubernetes.io/part-of'],
      application: others.labels?.['app.kubernetes.io/name'] ?? (selected ?? apiVersion).replace(/\/.*/, ''),
      fields: { metadata: others, ...body },
    },
  ];
}

/** What an object is found by in both environments, and what it is called. */
function identity(
  kind: string,
  namespace: string | undefined,
  name: string,
  names: NamespaceNames,
): Pick<Subject, 'id' | 'name'> {
  if (kind === 'Namespace')
    return { id: `Namespace ${names.identity(name)}`, name: `Namespace ${names.display(name)}` };
  // A Job's name ends in a hash of its content.
  const lasting = kind === 'Job' ? name.replace(/-[0-9a-f]{8}$/, '') : name;
  if (namespace === undefined) return { id: `${kind} ${lasting}`, name: `${kind} ${lasting}` };
  return {
    id: `${kind} ${names.identity(namespace)}/${lasting}`,
    name: `${kind} ${names.display(namespace)}/${lasting}`,
  };
}

function written({ type = 'Opaque', data, stringData }: Manifest): SecretFields {
  return { origin: 'written, with documented values', type, keys: Object.keys({ ...data, ...stringData }) };
}

function sealed({ spec: { encryptedData, template = {} } }: Manifest): SecretFields {
  const keys = Object.keys({ ...encryptedData, ...template.data });
  return { origin: 'written, encrypted', type: template.type ?? 'Opaque', keys };
}

function secretSubject(metadata: Manifest, names: NamespaceNames, { keys, ...fields }: SecretFields): Subject {
  return {
    ...identity('Secret', metadata.namespace, metadata.name, names),
    type: 'Secret',
    fields: { ...fields, keys: [...keys].sort() },
  };
}

function secretSubjects(file: unknown, names: NamespaceNames): Subject[] {
  const { secrets = [] } = (file ?? {}) as { readonly secrets?: readonly Manifest[] };
  return secrets.map(({ name, namespace, type, keys, stored }) =>
    secretSubject({ name, namespace }, names, {
      origin: stored === undefined ? 'has to exist' : `from the store ${stored.store}`,
      type,
      keys: Object.keys(keys),
    }),
  );
}

/** What every hook says, and what the cluster and the release say already. */
const SAID = /^(wait$|--(context|namespace|timeout)=)/;

/** What all releases have in common, and each that is on, with its values. */
function releaseSubjects(documents: PlatformOutput['documents'], names: NamespaceNames): Subject[] {
  const file = documents['helmfile.yaml'] as Manifest | undefined;
  if (file === undefined) return [];
  const installed: readonly Manifest[] = file.releases.filter(({ installed = true }: Manifest) => installed);
  const each = installed.map(({ name, hooks = [], values: paths = [], ...release }): Subject => {
    const alone = installed.filter((other) => other.name === name).length === 1;
    const called = (namespace: string) => `release ${alone ? name : `${namespace}/${name}`}`;
    const waitFor = hooks.map((hook: Manifest) => [hook.name, hook.args.filter((text: string) => !SAID.test(text))]);
    return {
      id: called(names.identity(release.namespace)),
      type: `release ${name}`,
      name: called(names.display(release.namespace)),
      fields: { ...release, waitFor: Object.fromEntries(waitFor), values: documents[paths[0]] },
    };
  });
  return [{ id: 'helmfile', type: 'helmfile', name: 'helmfile', fields: file.helmDefaults }, ...each];
}

const OTHERS = /^(helmfile\.yaml|secrets\.json|values\/.*)$/;

function documentSubjects(documents: PlatformOutput['documents']): Subject[] {
  return Object.entries(documents)
    .filter(([path]) => !OTHERS.test(path))
    .map(([path, fields]) => {
      const id = documentName(path);
      return { id, type: id, name: id, fields };
    });
}

function documentName(path: string): string {
  const [, other = '', stack] = /^(.+\/)?zenml\/(.+)\.yaml$/.exec(path) ?? [];
  if (stack !== undefined) return `ZenML stack ${other}${stack}`;
  return path === 'kind.yaml' ? 'kind cluster' : path;
}
