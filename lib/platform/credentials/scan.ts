import { type Step, stepsPath } from '../../kube/objects/field-paths';
import { speaksOfSecret } from './names';
import { credentialIn, isSecret } from './texts';

/** A credential in a document. What it is, never the value. */
export interface CredentialFinding {
  /** Where it is, as people write paths: `spec.containers[0].env[1].value`. */
  readonly path: string;
  /** `a value of 'DB_PASSWORD'`, `a URL with a password`. */
  readonly what: string;
}

/**
 * The credentials in a document: literal values under names that say that they are secret (fields, environment
 * variables, annotations, flags), logins in URLs, private keys and tokens by their form, documented passwords as whole
 * values, and any of these in base64. A word within a value is none, nor is a reference: the name of a Secret, a key of
 * one, a variable, a template.
 */
export function findCredentials(document: unknown): CredentialFinding[] {
  const findings: CredentialFinding[] = [];
  visit(document, [], false, findings);
  return findings;
}

function visit(value: unknown, path: Step[], reference: boolean, findings: CredentialFinding[]): void {
  if (typeof value === 'string') {
    const what = credentialIn(value);
    if (what !== undefined) findings.push({ path: stepsPath(path), what });
  } else if (Array.isArray(value)) {
    visitList(value, path, reference, findings);
  } else if (typeof value === 'object' && value !== null) {
    visitObject(value as Record<string, unknown>, path, reference, findings);
  }
}

function visitList(list: readonly unknown[], path: Step[], reference: boolean, findings: CredentialFinding[]): void {
  for (const [index, entry] of list.entries()) {
    const before = list[index - 1];
    // `--password`, `value`.
    if (typeof before === 'string' && typeof entry === 'string' && /^--?[A-Za-z]/.test(before)) {
      const flag = before.replace(/^-+/, '');
      if (!entry.startsWith('-') && isSecret(flag, entry)) {
        findings.push({ path: stepsPath([...path, index]), what: `a value of '${before}'` });
        continue;
      }
    }
    path.push(index);
    visit(entry, path, reference, findings);
    path.pop();
  }
}

function visitObject(
  object: Readonly<Record<string, unknown>>,
  path: Step[],
  inherited: boolean,
  findings: CredentialFinding[],
): void {
  const reference =
    inherited ||
    namesSecret(
      object,
      path.findLast((step) => typeof step === 'string'),
    );
  const { name, value } = object;
  for (const [key, entry] of Object.entries(object)) {
    path.push(key);
    const label = key === 'value' && entry === value && typeof name === 'string' ? name : key;
    if (!reference && isLiteral(entry) && isSecret(label, String(entry))) {
      findings.push({ path: stepsPath(path), what: `a value of '${label}'` });
    } else {
      visit(entry, path, reference, findings);
    }
    path.pop();
  }
}

/** Whether an object says which Secret something is in: what else it holds are keys of that Secret. */
function namesSecret(object: Readonly<Record<string, unknown>>, key: Step | undefined): boolean {
  if (typeof object.secretName === 'string') return true;
  return typeof object.name === 'string' && !('value' in object) && typeof key === 'string' && speaksOfSecret(key);
}

function isLiteral(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
