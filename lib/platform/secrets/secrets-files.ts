import type { IConstruct } from 'constructs';
import type { Files } from '../files';
import { secretsFile } from './secrets-file';
import { secretsMarkdown } from './secrets-markdown';

/** `secrets.md` and `secrets.json`, where an app needs Secrets that nothing writes. */
export function secretsFiles(
  app: IConstruct,
  environment: string,
  releases: readonly { readonly namespace: string }[],
): Files {
  const file = secretsFile(app, environment, releases);
  if (file === undefined) return {};
  return { 'secrets.md': secretsMarkdown(file), 'secrets.json': `${JSON.stringify(file, null, 2)}\n` };
}
