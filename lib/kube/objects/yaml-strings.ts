import { type ApiObject, Yaml } from 'cdk8s';
import { InvalidPropError } from './errors';
import { type Step, stepsPath } from './field-paths';
import { manifestOf } from './synth-run';

/** What go-yaml reads as a number, without its `_`; includes forms that YAML 1.1 does not have. */
const NUMBER = /^[-+]?(?:0x[0-9a-f]+|0o[0-7]+|0b[-+]?[01]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i;

/** No characters of YAML, or ends of lines there. Other control characters are written as escapes. */
const UNREADABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/gu;

/** Most texts: tested first, since it is several times as fast. */
const ASCII = /^[\t\n -~]*$/;

/** JSON of an object that may have any of the below; most have none, and this is faster than to visit each string. */
const SUSPECT =
  /[^ -~]|\\[tu]|\\n \\n|"(?:<<|(?:\\n)* (?: |\\n)*|[-+]?_*(?:0_*[xob][-+\da-f_]*|[\d._]+(?:e[-+\d_]*)?))"/i;

/** Texts of several lines that cdk8s writes in double quotes, not as a block. */
const QUOTED_LINES = /(?![\t\n])\p{Cc}|\n[ \t]+$/u;

interface Problem {
  /** What the others have that readers agree on. */
  readonly allowed: string;
  /** Where in the string it is. */
  readonly at: number;
}

/**
 * The strings of an object, keys among them, that kubectl would read as something else, or could not read: cdk8s
 * writes them without quotes or escapes.
 */
export function yamlStringErrors(object: ApiObject, json = JSON.stringify(manifestOf(object))): string[] {
  const errors: string[] = [];
  if (!SUSPECT.test(json)) return errors;
  const manifest = manifestOf(object);
  visit(manifest, [], (steps, start, text, { allowed, at }) => {
    const got = manifest.kind === 'Secret' ? '(not shown)' : excerpt(text, at);
    const path = visible(stepsPath(steps));
    const accepted = `${start} every reader of YAML takes for itself, ${allowed}`;
    errors.push(new InvalidPropError(object, path, accepted, got).message);
  });
  return errors;
}

/** Whether cdk8s writes a string, as a value and as a key, in a way that readers of YAML do not agree on. */
export function isYamlTrap(text: string): boolean {
  return keyProblem(text) !== undefined || valueProblem(text) !== undefined;
}

/** A string in double quotes that all readers of YAML take for itself; a half of a character has no such form. */
export function yamlQuoted(text: string): string {
  return JSON.stringify(text).replace(
    UNREADABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

type Report = (steps: readonly Step[], start: string, text: string, problem: Problem) => void;

function visit(value: unknown, steps: Step[], report: Report): void {
  if (typeof value === 'string') {
    const problem = valueProblem(value);
    if (problem !== undefined) report(steps, 'be a string that', value, problem);
  } else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, entry] of Object.entries(value)) {
      const problem = isList ? undefined : keyProblem(key);
      if (problem !== undefined) report(steps, 'have keys that', key, problem);
      steps.push(isList ? Number(key) : key);
      visit(entry, steps, report);
      steps.pop();
    }
  }
}

function keyProblem(text: string): Problem | undefined {
  return text === '<<' ? { allowed: "not '<<', which takes in another map", at: 0 } : wordProblem(text);
}

function valueProblem(text: string): Problem | undefined {
  return wordProblem(text) ?? (text.includes('\n') ? linesProblem(text) : undefined);
}

function wordProblem(text: string): Problem | undefined {
  const at = ASCII.test(text) ? -1 : text.search(UNREADABLE);
  if (at >= 0) {
    return { allowed: 'without U+007F to U+009F, U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF and halves of characters', at };
  }
  // Most numbers are written in quotes, as cdk8s knows them itself.
  const number = /^[-+.\d]/.test(text) && NUMBER.test(text.replaceAll('_', '')) && Yaml.stringify(text) === `${text}\n`;
  return number ? { allowed: 'not for a number', at: 0 } : undefined;
}

function linesProblem(text: string): Problem | undefined {
  if (QUOTED_LINES.test(text)) {
    // cdk8s escapes the blank twice.
    const at = text.indexOf('\n \n');
    return at < 0 ? undefined : { allowed: 'without a line of one blank, where the last one is blank, too', at };
  }
  if (/^\n*\t/.test(text)) return { allowed: 'without a tab before its first line', at: 0 };
  return /[ \t]/.test(text) && /^[ \t\n]+$/.test(text)
    ? { allowed: 'with more in it than blank lines', at: 0 }
    : undefined;
}

function excerpt(text: string, at: number): string {
  const [start, end] = [Math.max(0, at - 40), at + 40];
  return `${start > 0 ? '…' : ''}${visible(text.slice(start, end))}${end < text.length ? '…' : ''}`;
}

/** A text with an escape for each character that cannot be seen. */
function visible(text: string): string {
  return yamlQuoted(text).slice(1, -1).replaceAll('\\"', '"');
}
