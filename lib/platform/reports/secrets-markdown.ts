import type { IConstruct } from 'constructs';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Files } from '../files';
import { GENERATED } from '../yaml';
import {
  type SecretEntry,
  type SecretKeyEntry,
  type SecretsReport,
  type SecretsReportOptions,
  secretsReport,
} from './secrets';
import { markdownTable } from './table';

/** `secrets.md` and `secrets.json`, where an app needs Secrets that nothing writes. */
export function secretsFiles(app: IConstruct, options: SecretsReportOptions): Files {
  const report = secretsReport(app, options);
  if (report.secrets.length === 0) return {};
  return {
    'secrets.md': secretsMarkdown(report, `<!-- ${GENERATED} -->`),
    'secrets.json': `${JSON.stringify(report, null, 2)}\n`,
  };
}

/**
 * The Secrets that have to exist, as a page: what each is for, and the command that creates it.
 * @param subtitle - stands below the title, such as what writes the page; nothing by default
 */
export function secretsMarkdown(report: SecretsReport, subtitle?: string): string {
  requireKnownProps('secretsMarkdown()', { report, subtitle }, 'report:object subtitle?');
  const { environment, secrets } = report;
  const created = secrets.filter(({ stored }) => stored === undefined);
  const stored = secrets.filter((secret) => secret.stored !== undefined);
  return `${[
    `# Secrets of \`${environment}\``,
    ...(subtitle === undefined ? [] : [subtitle]),
    ...(created.length === 0 ? [] : [CREATED, ...byNamespace(created).flatMap(createdSection)]),
    ...(stored.length === 0 ? [] : ['## Entries of stores', STORED, storedTable(stored)]),
  ].join('\n\n')}\n`;
}

const CREATED = `These Secrets have to exist, and nothing here holds their values. Their namespaces come with
\`kubectl apply -f dist\`; pods wait for the Secrets that they read, and start when they are there.

The commands are for bash and zsh, in an order that works. Secret values reach kubectl through pipes: they are in
neither the history of the shell nor the list of processes. A command that prompts does not echo the input.`;

const STORED = `External Secrets Operator creates these Secrets. The stores must have an entry for each key.`;

function byNamespace(secrets: readonly SecretEntry[]): [string | undefined, SecretEntry[]][] {
  const groups = new Map<string | undefined, SecretEntry[]>();
  for (const secret of secrets) groups.set(secret.namespace, [...(groups.get(secret.namespace) ?? []), secret]);
  return [...groups];
}

function createdSection([namespace, secrets]: [string | undefined, SecretEntry[]]): string[] {
  const title = namespace === undefined ? 'The namespace of `kubectl`' : `Namespace \`${namespace}\``;
  return [`## ${title}`, ...secrets.flatMap(createdSecret)];
}

function createdSecret({ namespace, name, type, labels = {}, readers, keys, command = '' }: SecretEntry): string[] {
  const labelled = Object.entries(labels).map(([key, value]) => `\`${key}=${value}\``);
  const facts = [
    `Read by ${readers.join(', ') || 'the pods that refer to it'}.`,
    ...(type === 'Opaque' ? [] : [`Type \`${type}\`.`]),
    ...(labelled.length === 0 ? [] : [`Labels ${labelled.join(', ')}.`]),
  ];
  const rows = Object.entries(keys).map(([key, entry]) => [`\`${key}\``, entry.meaning, valueText(entry, namespace)]);
  return [
    `### \`${name}\``,
    facts.join(' '),
    markdownTable(['key', 'meaning', 'value'], rows),
    `\`\`\`sh\n${command}\n\`\`\``,
  ];
}

function storedTable(secrets: readonly SecretEntry[]): string {
  const rows = secrets.flatMap(({ namespace, name, keys, stored }) =>
    Object.entries(stored?.entries ?? {}).map(([key, { key: remote, property }]) => {
      const entry = keys[key] ?? { meaning: '' };
      return [
        `\`${stored?.store}\``,
        `\`${remote}\`${property === undefined ? '' : `, property \`${property}\``}`,
        entry.meaning,
        valueText(entry, namespace),
        `\`${key}\` of \`${name}\`${namespace === undefined ? '' : ` in \`${namespace}\``}`,
      ];
    }),
  );
  return markdownTable(['store', 'entry', 'meaning', 'value', 'becomes'], rows);
}

/** What a value is: itself, where it is no secret. */
function valueText({ value, random, file, sameAs, format }: SecretKeyEntry, own: string | undefined): string {
  const shape = format === undefined ? [] : [format];
  if (value !== undefined) return [`\`${value}\``, ...shape].join(', ');
  if (sameAs !== undefined) {
    const where = sameAs.namespace === own ? '' : ` in namespace \`${sameAs.namespace}\``;
    return [`**the same** as \`${sameAs.key}\` of \`${sameAs.name}\`${where}`, ...shape].join(', ');
  }
  if (random !== undefined) return ['secret: any', ...shape].join(', ');
  if (file !== undefined) return [`secret: the file \`${file}\``, ...shape].join(', ');
  return ['secret: yours', ...shape].join(', ');
}
