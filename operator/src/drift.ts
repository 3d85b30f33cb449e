import type { Manifest } from '../../lib/kube/objects/serialization';

/** Fields that an apply writes as a whole: what somebody adds to them changes what they mean. */
const WHOLE = new Set(['selector', 'matchLabels', 'nodeSelector', 'tolerations', 'metrics', 'resources']);

/** Fields whose values are amounts, which the API server writes in its own way. */
const AMOUNTS = new Set(['limits', 'requests', 'sizeLimit']);

/**
 * The path of the first field of an object that is not as wanted; undefined where an apply would change nothing. What
 * others have added beside, such as defaults, is theirs.
 */
export function drift(wanted: unknown, live: unknown, path = '', field = ''): string | undefined {
  if (Array.isArray(wanted)) return listDrift(wanted, Array.isArray(live) ? live : [], path, field);
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof live !== 'object' || live === null) return path;
    const added = WHOLE.has(field) && Object.keys(live).some((key) => !(key in wanted));
    if (added) return path;
    for (const [key, value] of Object.entries(wanted)) {
      const kind = AMOUNTS.has(field) ? field : key;
      const found = drift(value, (live as Manifest)[key], path === '' ? key : `${path}.${key}`, kind);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  // The API server leaves out a number that is 0.
  if (wanted === live || (wanted === 0 && live === undefined)) return undefined;
  if (AMOUNTS.has(field) && amount(wanted) === amount(live)) return undefined;
  return path;
}

function listDrift(wanted: readonly unknown[], live: readonly unknown[], path: string, field: string) {
  const plain = wanted.some((item) => typeof item !== 'object');
  if ((plain || WHOLE.has(field)) && wanted.length !== live.length) return path;
  for (const [index, item] of wanted.entries()) {
    // Lists of objects have keys; what others add to them moves the rest.
    const candidates = plain ? [live[index]] : live;
    const drifts = candidates.map((candidate) => drift(item, candidate, `${path}[${index}]`));
    if (!drifts.includes(undefined)) return drifts[index] ?? `${path}[${index}]`;
  }
  return undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function amount(value: unknown): unknown {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  return digits === undefined ? value : Math.round(Number(digits) * (UNITS[unit] ?? 1) * 1000);
}
