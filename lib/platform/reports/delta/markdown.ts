import { requireKnownProps } from '../../../kube/objects/known-props';
import { markdownTable } from '../table';
import { type Delta, type Difference, PRESENT } from './delta';
import { isFields } from './fields';

/**
 * A delta as a page.
 * @param subtitle - stands below the title, such as what writes the page; nothing by default
 */
export function deltaMarkdown(delta: Delta, subtitle?: string): string {
  requireKnownProps('deltaMarkdown()', { delta, subtitle }, 'delta:object subtitle?');
  const { from, to, namespaces, groups, drift } = delta;
  const sides = [`\`${from}\``, `\`${to}\``];
  const table = (differences: readonly Difference[]) =>
    markdownTable(['what', 'field', ...sides, 'why'], differences.map(row));
  const renamed = namespaces.map((entry) => [entry.stack, entry.from, entry.to].map((name) => `\`${name}\``));
  return `${[
    `# What differs between \`${from}\` and \`${to}\``,
    ...(subtitle === undefined ? [] : [subtitle]),
    `Names of namespaces, hashes and checksums count for nothing, and values of Secrets are never compared. What is in a
namespace is called by the namespace of \`${from}\`.`,
    ...(renamed.length === 0 ? [] : ['## Namespaces', markdownTable(['stack', ...sides], renamed)]),
    ...Object.entries(groups).flatMap(([about, differences]) => [`## ${about}`, table(differences)]),
    '## Drift',
    drift.length === 0 ? 'None: every difference is declared.' : `${DRIFT}\n\n${table(drift)}`,
  ].join('\n\n')}\n`;
}

const DRIFT = 'Differences that no environment declares: each is a mistake, or its declaration is missing.';

function row({ of, path, from, to, because = '' }: Difference): string[] {
  return [of, path === undefined ? '' : `\`${path}\``, valueText(from), valueText(to), because];
}

/** The longest value that stands on one line. */
const WIDTH = 100;

function valueText(value: unknown): string {
  if (value === undefined) return '–';
  if (value === PRESENT) return 'yes';
  if (typeof value === 'string' && value.includes('\n')) return flow(value);
  const text = flow(value);
  if (text.length <= WIDTH) return `\`${text}\``;
  if (Array.isArray(value)) return value.map((entry) => `\`${flow(entry)}\``).join('<br>');
  if (!isFields(value)) return `\`${text}\``;
  return Object.entries(value)
    .map(([key, field]) => `\`${key}: ${flow(field)}\``)
    .join('<br>');
}

/** A value as YAML writes it on one line, without quotes; of a text with several lines, how many it has. */
function flow(value: unknown): string {
  if (typeof value === 'string' && value.includes('\n')) return `text of ${value.split('\n').length} lines`;
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (!isFields(value)) return String(value);
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${flow(field)}`);
  return `{${fields.join(', ')}}`;
}
