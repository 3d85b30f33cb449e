import type { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { InvalidPropError } from './errors';
import { setForAllBelow } from './per-app';
import type { Manifest } from './serialization';
import { manifestOf } from './synth-run';

/** Bytes of the data of a ConfigMap or Secret (MaxSecretSize of the API server). */
const MAX_DATA = 1024 * 1024;

/** Bytes of the keys and values of all annotations of an object (TotalAnnotationSizeLimitB of the API server). */
const MAX_ANNOTATIONS = 256 * 1024;

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const SERVER_SIDE = 'cdk8s-ml-platform/server-side-apply';

/**
 * Declares that what is below `scope` is applied with `kubectl apply --server-side`, or by a tool that does the same. It
 * keeps no copy of an object in an annotation, so objects may be larger than 256 KiB; `--prune` does not find them.
 */
export function applyServerSide(scope: Construct): void {
  setForAllBelow(scope, 'applyServerSide()', SERVER_SIDE, true);
}

/** Whether {@link applyServerSide} was called on `scope` or above it. */
export function appliedServerSide(scope: IConstruct): boolean {
  return scope.node.tryGetContext(SERVER_SIDE) === true;
}

/**
 * What the API server refuses of an object for its size alone.
 * @param json - its manifest
 */
export function sizeErrors(object: ApiObject, json: string): string[] {
  // A character has at most three bytes as it is, and six as Go escapes it in the copy.
  if (json.length * 10 < MAX_ANNOTATIONS) return [];
  const manifest = manifestOf(object);
  const errors: InvalidPropError[] = [];
  const data = /^(ConfigMap|Secret)$/.test(object.kind) ? dataBytes(manifest) : 0;
  if (data > MAX_DATA) errors.push(new InvalidPropError(object, 'data', `hold at most ${MAX_DATA} bytes`, data));
  const serverSide = appliedServerSide(object);
  const annotations = annotationBytes(manifest, serverSide);
  if (annotations > MAX_ANNOTATIONS) {
    const advice =
      ", with the copy of the object that 'kubectl apply' keeps there (divide it, or see 'serverSideApply')";
    const allowed = `have at most ${MAX_ANNOTATIONS} bytes${serverSide ? '' : advice}`;
    errors.push(new InvalidPropError(object, 'metadata.annotations', allowed, annotations));
  }
  return errors.map(({ message }) => message);
}

function dataBytes({ data = {}, binaryData = {}, stringData = {}, kind }: Manifest): number {
  const texts = { ...(kind === 'Secret' ? {} : data), ...stringData };
  const encoded = { ...(kind === 'Secret' ? data : {}), ...binaryData };
  return sum(texts, (text) => Buffer.byteLength(text)) + sum(encoded, (text) => Buffer.from(text, 'base64').length);
}

/** Exact where the object names its namespace: kubectl adds that of its context. */
function annotationBytes({ metadata, ...object }: Manifest, serverSide: boolean): number {
  const { annotations = {} } = metadata;
  const own = sum(annotations, (text, key) => Buffer.byteLength(key + text));
  if (serverSide) return own;
  // The copy has annotations even where there are none, three characters as Go escapes them, and the end of a line.
  const copy = JSON.stringify({ ...object, metadata: { ...metadata, annotations } }).replace(/[<>&]/g, '\\u0000');
  return own + LAST_APPLIED.length + Buffer.byteLength(copy) + 1;
}

function sum(record: Readonly<Record<string, string>>, bytes: (text: string, key: string) => number): number {
  return Object.entries(record).reduce((total, [key, text]) => total + bytes(String(text), key), 0);
}
