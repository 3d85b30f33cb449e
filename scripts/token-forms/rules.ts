import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Expression, javascript } from './translate';

/** The form of one kind of token. */
export interface TokenForm extends Expression {
  readonly id: string;
  /** A text without any of them has no such token, in any case of letters. */
  readonly keywords: readonly string[];
  /** Shannon entropy, in bits a character, that a token must reach. */
  readonly entropy: number;
  /** Tokens of documentation, which are none. */
  readonly allowed?: string;
}

export interface RuleSet {
  readonly forms: readonly TokenForm[];
  readonly license: string;
}

/**
 * Rules that are not of the form of one token: of whole texts, which the check looks for by names and PEM labels, of any
 * 40 hexadecimal digits, and of what is public.
 */
const OTHERS = /^(?:curl-auth-|kubernetes-secret-yaml$|private-key$|sourcegraph-)|public-key$/;

/**
 * The rules of gitleaks whose expression begins with the token and not with the name that it is assigned to.
 * @param folder - has `gitleaks.toml` and its LICENSE
 */
export function gitleaksRules(folder: string): RuleSet {
  const [, ...tables] = readFileSync(join(folder, 'gitleaks.toml'), 'utf8').split('[[rules]]');
  const forms = tables.flatMap((table) => {
    const [rule = '', ...allowlists] = table.split('[[rules.allowlists]]');
    const [, id = ''] = /^id = "(.*)"$/m.exec(rule) ?? [];
    const [, regex] = /^regex = '''(.*)'''$/m.exec(rule) ?? [];
    if (regex === undefined || OTHERS.test(id) || /^path = /m.test(rule) || regex.includes(NAME)) return [];
    const entropy = Number(/^entropy = (.*)$/m.exec(rule)?.[1] ?? 0);
    const list = /^keywords = \[([^\]]*)\]/m.exec(rule)?.[1] ?? '';
    const keywords = [...list.matchAll(/"([^"]+)"/g)].map(([, keyword = '']) => keyword);
    const regexes = allowlists.flatMap((allowlist) => {
      const [, values = ''] = /regexes = \[([\s\S]*?)^\]/m.exec(allowlist) ?? [];
      return [...values.matchAll(/'''(.*)'''/g)].map(([, value = '']) => javascript(value).source);
    });
    const allowed = regexes.length === 0 ? {} : { allowed: regexes.join('|') };
    return [{ id, keywords, entropy, ...javascript(regex), ...allowed }];
  });
  return { forms, license: readFileSync(join(folder, 'LICENSE'), 'utf8') };
}

/** What the expressions of gitleaks begin with that look for the name of a product, and for any value behind it. */
const NAME = '[\\w.-]{0,50}?';

const PRESET = '@secretlint/secretlint-rule-preset-recommend';

/** The expressions that the rules of secretlint search a text for, where they begin with the prefix of a token. */
export async function secretlintRules(): Promise<RuleSet> {
  // Its declarations need packages that are not installed with it.
  const { rules }: { readonly rules: readonly Rule[] } = await import(PRESET as string);
  const forms = rules.flatMap((rule) =>
    expressionsOf(rule).flatMap(({ source, flags }) => {
      const [, prefix = '', prefixes = prefix] =
        /^(?:\(\?<!\\p\{L\}\)|\\b|https:\\\/\\\/)(?:(\w+(?:[-_]|\\\.))|\((?:\?:|\?<\w+>)?([\w|]+)\)[-_])/.exec(
          source,
        ) ?? [];
      const keywords = prefixes === '' ? [] : prefixes.split('|').map((word) => word.replace('\\', '').toLowerCase());
      const id = rule.meta.id.replace(/^.*-rule-/, 'secretlint-');
      return keywords.length === 0 ? [] : [{ id, keywords, entropy: 0, source, flags: flags.replace('g', '') }];
    }),
  );
  const folder = join(import.meta.dirname, '../../node_modules', PRESET);
  return { forms, license: readFileSync(join(folder, 'LICENSE'), 'utf8') };
}

interface Rule {
  readonly meta: { readonly id: string };
  create(context: object, options: object): { file?(source: object): void };
}

/** A rule is a program that calls `matchAll` on the text that it is given. */
function expressionsOf(rule: Rule): RegExp[] {
  const found: RegExp[] = [];
  const content = {
    length: 0,
    matchAll(expression: RegExp) {
      found.push(expression);
      return [];
    },
  };
  const context = { createTranslator: () => () => ({ message: '' }), report() {}, ignore() {}, sharedOptions: {} };
  rule.create(context, {}).file?.({ content, filePath: 'a.txt', ext: '.txt', contentType: 'text' });
  return found;
}
