import type { Manifest } from '../../../lib/kube/objects/serialization';
import type { PlatformOutput } from '../../../lib/platform/delta/output';

/** An environment with these objects and files. */
export function output(
  environment: string,
  manifests: readonly Manifest[] = [],
  documents: PlatformOutput['documents'] = {},
): PlatformOutput {
  return { environment, manifests, documents };
}

/** A namespace of a stack. */
export function namespace(name: string, stack: string, labels: Record<string, string> = {}): Manifest {
  const metadata = { name, labels: { 'app.kubernetes.io/part-of': stack, ...labels } };
  return { apiVersion: 'v1', kind: 'Namespace', metadata };
}

/** An object of a kind, as `namespace/name` or, without a namespace, `name`. */
export function object(kind: string, path: string, fields: Manifest = {}): Manifest {
  const [name, namespace] = path.split('/').reverse();
  const { apiVersion = 'example.org/v1', metadata = {}, ...body } = fields;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...metadata },
    ...body,
  };
}

/** An object that serves a database or an object store. */
export function serving(
  application: string,
  kind: string,
  path: string,
  spec: Manifest = {},
  stack?: string,
): Manifest {
  const ofStack = stack === undefined ? {} : { 'app.kubernetes.io/part-of': stack };
  return object(kind, path, { metadata: { labels: { 'app.kubernetes.io/name': application, ...ofStack } }, spec });
}

/** A hook that waits in the context of an environment. */
export function waitHook(context: string, ...until: readonly string[]): Manifest {
  return { name: 'ready', args: ['wait', `--context=${context}`, '--namespace=fair', ...until, '--timeout=600s'] };
}

/** A release that is on. */
export function release(values: Manifest, fields: Manifest = {}): PlatformOutput['documents'] {
  return {
    'helmfile.yaml': {
      helmDefaults: { wait: true },
      releases: [
        { name: 'mlflow', version: '1.8.1', namespace: 'fair', values: ['values/mlflow.yaml'], ...fields },
        { name: 'zenml', namespace: 'fair', installed: false },
      ],
    },
    'values/mlflow.yaml': values,
  };
}
