import { type ErrorLocation, requireProp } from './errors';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_LABEL_ALPHA = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DATA_KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** JavaScript passes anything: `[7]` has a length, too. */
function isText(value: unknown, most: number): boolean {
  return typeof value === 'string' && value.length <= most;
}

/** Checks an RFC 1123 label: what Namespaces, containers and StatefulSets are named by. */
export function requireDnsLabel(location: ErrorLocation, prop: string, value: string): void {
  const allowed = "be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end)";
  requireProp(isText(value, 63) && DNS_LABEL.test(value) && isHost(`${value}.svc`), location, prop, allowed, value);
}

/** Checks an RFC 1035 label: the name of a Service starts with a letter. */
export function requireServiceName(location: ErrorLocation, prop: string, value: string): void {
  const allowed = "be a DNS label that starts with a letter (lower-case letters, digits and '-', at most 63)";
  requireProp(
    isText(value, 63) && DNS_LABEL_ALPHA.test(value) && isHost(`${value}.svc`),
    location,
    prop,
    allowed,
    value,
  );
}

/** Checks the name of a host that clients ask for. */
export function requireHostName(location: ErrorLocation, prop: string, value: string): void {
  requireDnsSubdomain(location, prop, value);
  requireProp(isHost(value), location, prop, 'be a DNS name and no IP address', value);
}

/** Whether URLs may have it as their host: they read numbers as an address, and `xn--` as Punycode. */
function isHost(name: string): boolean {
  return (
    !/xn--|\d$/.test(name) ||
    (URL.canParse(`http://${name}`) && new URL(`http://${name}`).hostname === name && !/^[\d.]+$/.test(name))
  );
}

/** Checks an RFC 1123 subdomain: what most other objects are named by, and host names. */
export function requireDnsSubdomain(location: ErrorLocation, prop: string, value: string): void {
  const allowed = "be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253)";
  requireProp(isText(value, 253) && DNS_SUBDOMAIN.test(value), location, prop, allowed, value);
}

/** Checks the data of a ConfigMap or a Secret: etcd holds at most 1 MiB an object. */
export function requireData(location: ErrorLocation, data: Readonly<Record<string, string>>): void {
  requireProp(Object.keys(data).length > 0, location, 'data', 'have a key', data);
  for (const key of Object.keys(data)) requireDataKey(location, 'data', key);
  const bytes = Buffer.byteLength(Object.values(data).join(''));
  requireProp(bytes < MAX_DATA, location, 'data', `hold less than ${MAX_DATA} bytes`, bytes);
}

const MAX_DATA = 1024 * 1024;

/** Checks a key among those of a ConfigMap or a Secret, which is a file name where it is mounted. */
export function requireDataKey(location: ErrorLocation, prop: string, key: string): void {
  requireProp(DATA_KEY.test(key), location, prop, `have keys of ${DATA_KEY_FORM}`, key);
  requireWritable(location, prop, key);
}

/** Checks the one key of a ConfigMap or a Secret that is asked for. */
export function requireKeyName(location: ErrorLocation, prop: string, key: string): void {
  requireProp(DATA_KEY.test(key), location, prop, `be ${DATA_KEY_FORM}`, key);
}

const DATA_KEY_FORM = "at most 253 letters, digits, '-', '_' and '.' other than '.' and '..…'";

/** Checks a TCP or UDP port. */
export function requirePort(location: ErrorLocation, prop: string, value: number): void {
  const allowed = 'be a port from 1 to 65535';
  requireProp(Number.isInteger(value) && value >= 1 && value <= 65535, location, prop, allowed, value);
}

/** Checks a node port against the default range of API servers. */
export function requireNodePort(location: ErrorLocation, prop: string, value: number): void {
  const allowed = 'be a node port from 30000 to 32767';
  requireProp(Number.isInteger(value) && value >= 30000 && value <= 32767, location, prop, allowed, value);
}

/** Checks the path of a URL or of a directory, which is absolute. */
export function requireAbsolutePath(location: ErrorLocation, prop: string, path: string): void {
  requireProp(path.startsWith('/'), location, prop, "start with '/'", path);
}

/** Checks the prefix of the paths that a route of an edge proxy leads on: no controller agrees with another on what `..` is. */
export function requirePathPrefix(location: ErrorLocation, prop: string, path: string): void {
  requireAbsolutePath(location, prop, path);
  const plain = /^(?:[-\w/.~!$&'()*+,;=:@]|%[\da-f]{2}){1,1024}$/i.test(path) && !/\/\/|\/\.\.?(\/|$)|%2f/i.test(path);
  const allowed = "be at most 1024 characters of a URL's path, without '//', '/./', '/../' and '%2f'";
  requireProp(plain, location, prop, allowed, path);
}

/** Checks the name of an extended resource: `nvidia.com/gpu`. */
export function requireExtendedResource(location: ErrorLocation, prop: string, name: string): void {
  requireQualifiedName(location, prop, name, name);
  const own = name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name) && !name.startsWith('requests.');
  requireProp(own, location, prop, 'have keys of the form domain/name, of other domains than kubernetes.io', name);
}

/** True for what Kubernetes takes as the value of a label. */
export function isLabelValue(value: string): boolean {
  return isText(value, 63) && LABEL_VALUE.test(value);
}

/** Checks the keys and values of labels. */
export function requireLabels(location: ErrorLocation, prop: string, labels: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(labels)) requireQualifiedName(location, prop, key, key);
  requireLabelValues(location, prop, labels);
}

/** Checks what becomes the values of labels. */
export function requireLabelValues(
  location: ErrorLocation,
  prop: string,
  values: Readonly<Record<string, string>>,
): void {
  for (const [key, value] of Object.entries(values)) {
    const allowed = "be a label value (at most 63 letters, digits, '-', '_' and '.')";
    requireProp(isLabelValue(value), location, `${prop}.${key}`, allowed, value);
  }
}

/** Checks the keys of annotations, whose domain may have capitals where that of a label may not. Values may be anything. */
export function requireAnnotations(
  location: ErrorLocation,
  prop: string,
  annotations: Readonly<Record<string, string>>,
): void {
  for (const key of Object.keys(annotations)) requireQualifiedName(location, prop, key, key.toLowerCase());
  const bytes = Buffer.byteLength(Object.entries(annotations).flat().join(''));
  requireProp(bytes <= MAX_ANNOTATIONS, location, prop, `hold at most ${MAX_ANNOTATIONS} bytes`, bytes);
}

/** The API server refuses more. */
const MAX_ANNOTATIONS = 256 * 1024;

/** Checks a name, perhaps with a domain before it: `given` is how it was written. */
export function requireQualifiedName(
  location: ErrorLocation,
  prop: string,
  given: string,
  key: string,
  start = 'have keys',
): void {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  requireProp(
    name.length <= 63 &&
      LABEL_NAME.test(name) &&
      (prefix === undefined || (prefix.length <= 253 && DNS_SUBDOMAIN.test(prefix))),
    location,
    prop,
    `${start} of the form name or domain/name (letters, digits, '-', '_' and '.')`,
    given,
  );
  requireWritable(location, prop, key);
}

/** cdk8s cannot write an object with the key `constructor`, and loses `__proto__`. */
function requireWritable(location: ErrorLocation, prop: string, key: string): void {
  const isWritten = key !== 'constructor' && key !== '__proto__';
  requireProp(isWritten, location, prop, 'have names that cdk8s can write as keys', key);
}
