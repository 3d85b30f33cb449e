import { type ErrorLocation, requireProp } from './errors';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_LABEL_ALPHA = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DATA_KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** Checks an RFC 1123 label: what Namespaces, containers and StatefulSets are named by. */
export function requireDnsLabel(location: ErrorLocation, prop: string, value: string): void {
  const allowed = "be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end)";
  requireProp(value.length <= 63 && DNS_LABEL.test(value), location, prop, allowed, value);
}

/** Checks an RFC 1035 label: the name of a Service starts with a letter. */
export function requireServiceName(location: ErrorLocation, prop: string, value: string): void {
  const allowed = "be a DNS label that starts with a letter (lower-case letters, digits and '-', at most 63)";
  requireProp(value.length <= 63 && DNS_LABEL_ALPHA.test(value), location, prop, allowed, value);
}

/** Checks an RFC 1123 subdomain: what most other objects are named by, and host names. */
export function requireDnsSubdomain(location: ErrorLocation, prop: string, value: string): void {
  const allowed = "be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253)";
  requireProp(value.length <= 253 && DNS_SUBDOMAIN.test(value), location, prop, allowed, value);
}

/** Checks a key among those of a ConfigMap or a Secret, which is a file name where it is mounted. */
export function requireDataKey(location: ErrorLocation, prop: string, key: string): void {
  requireProp(DATA_KEY.test(key), location, prop, `have keys of ${DATA_KEY_FORM}`, key);
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

/** True for what Kubernetes takes as the value of a label. */
export function isLabelValue(value: string): boolean {
  return value.length <= 63 && LABEL_VALUE.test(value);
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
}

function requireQualifiedName(location: ErrorLocation, prop: string, given: string, key: string): void {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  requireProp(
    name.length <= 63 &&
      LABEL_NAME.test(name) &&
      (prefix === undefined || (prefix.length <= 253 && DNS_SUBDOMAIN.test(prefix))),
    location,
    prop,
    "have keys of the form name or domain/name (letters, digits, '-', '_' and '.')",
    given,
  );
}
