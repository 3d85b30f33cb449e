import type { Manifest } from '../../lib/kube/objects/serialization';

/** Fields that an apply writes as a whole: what somebody adds to them changes what they mean. */
const WHOLE = new Set(['selector', 'matchLabels', 'nodeSelector', 'tolerations', 'metrics', 'resources']);

/**
 * The path of the first field of an object that is not as wanted; undefined where an apply would change nothing. What
 * others have added beside, such as defaults, is theirs. Amounts are wanted in the form in which the API server writes them.
 */
export function drift(wanted: unknown, live: unknown, path = '', field = ''): string | undefined {
  if (Array.isArray(wanted)) return listDrift(wanted, Array.isArray(live) ? live : [], path, field);
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof live !== 'object' || live === null) return path;
    const added = WHOLE.has(field) && Object.keys(live).some((key) => !(key in wanted));
    if (added) return path;
    for (const [key, value] of Object.entries(wanted)) {
      const found = drift(value, (live as Manifest)[key], path === '' ? key : `${path}.${key}`, key);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  // The API server leaves out a number that is 0.
  return wanted === live || (wanted === 0 && live === undefined) ? undefined : path;
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
