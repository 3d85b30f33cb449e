import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { type ErrorLocation, InvalidPropError, oneOf, requireProp } from './errors';
import { MEMBERS, VALUES } from './prop-forms';

type Words<List extends string> = List extends `${infer First} ${infer Others}` ? First | Words<Others> : List;
type Keys<Props> = Props extends unknown ? keyof Props & string : never;
type ValueOf<Props, Key> = Props extends unknown ? (Key extends keyof Props ? Props[Key] : undefined) : never;
type NameOf<Word> = Word extends `${infer Name}?:${string}` | `${infer Name}?`
  ? Name
  : Word extends `${infer Name}:${string}`
    ? Name
    : Word;

/** What a form of {@link requireKnownProps} lets pass. */
type TypeOf<Form extends string> = Form extends `${infer One}|${infer Others}`
  ? TypeOf<One> | TypeOf<Others>
  : Form extends `${infer Entry}[]`
    ? readonly TypeOf<Entry>[]
    : Form extends `${infer Entry}{}`
      ? Readonly<Record<string, TypeOf<Entry>>>
      : Form extends keyof Primitives
        ? Primitives[Form]
        : Form extends keyof typeof VALUES
          ? object
          : Form extends keyof typeof MEMBERS
            ? { readonly [Member in (typeof MEMBERS)[Form]]: unknown }
            : Form extends `${infer Value extends number}`
              ? Value
              : Form;

interface Primitives {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly object: object;
  readonly function: (...parameters: never[]) => unknown;
}

/** A word that says of a property what its type does not: that it may be left out, or has another form. */
type Wrong<Props, Word, Shown = Word> = Word extends `${infer Name}?:${infer Form}`
  ? Exclude<ValueOf<Props, Name>, undefined> extends TypeOf<Form>
    ? never
    : Shown
  : Word extends `${infer Name}:${infer Form}`
    ? ValueOf<Props, Name> extends TypeOf<Form>
      ? never
      : Shown
    : Word extends `${infer Name}?`
      ? Wrong<Props, `${Name}?:string`, Word>
      : Wrong<Props, `${Word & string}:string`, Word>;

/** A list of words that has to say exactly what the properties of a type are: else it does not compile. */
type NamesOf<Props, List extends string> = [
  Exclude<Keys<Props>, NameOf<Words<List>>>,
  Exclude<NameOf<Words<List>>, Keys<Props>>,
  Wrong<Props, Words<List>>,
] extends [never, never, never]
  ? List
  : {
      readonly missing: Exclude<Keys<Props>, NameOf<Words<List>>>;
      readonly unknown: Exclude<NameOf<Words<List>>, Keys<Props>>;
      readonly wrong: Wrong<Props, Words<List>>;
    };

/**
 * Checks that an object has the properties of its type and no other: JavaScript and spread objects get past the compiler.
 * @param words - all properties of the type with their forms, separated by blanks: `name` (a string), `port?:number`
 *   (may be left out), `args?:string[]`, `labels?:string{}` (by key), `type:Retain|Delete`, `storage:Size`
 * @param prop - which property of the construct it is, which may be left out. @default - all of its properties
 */
export function requireKnownProps<Props extends object, List extends string>(
  location: ErrorLocation,
  props: Props | undefined,
  words: List & NamesOf<Props, List>,
  prop = '',
): void {
  if (props === undefined && prop !== '') return;
  const problem = wordsCheck(words)(props);
  if (problem === undefined) return;
  const { at, allowed, got } = problem;
  if (at === '') {
    throw new InvalidPropError(location, prop || 'props', `${allowed}${prop === '' ? '' : ' or be left out'}`, got);
  }
  // `container 'main' args`, but `pod.containers`.
  const separator = prop === '' ? '' : prop.endsWith("'") ? ' ' : '.';
  throw new InvalidPropError(location, `${prop}${separator}${at.slice(1)}`, allowed, got);
}

/** What is wrong with a value. */
interface Problem {
  /** Where in the value: `.keys[0]`; empty for all of it. */
  readonly at: string;
  readonly allowed: string;
  readonly got: unknown;
}

/** Most values are right: where something is, and what is allowed there, is only put into words for the others. */
type Check = (value: unknown) => Problem | undefined;

/** Lists of words are read once: they are as many as there are calls in the source. */
const read = new Map<string, Check>();

function wordsCheck(words: string): Check {
  let check = read.get(words);
  if (check === undefined) {
    check = readWords(words);
    read.set(words, check);
  }
  return check;
}

function readWords(words: string): Check {
  const forms = words.split(' ').map((word) => {
    const [start = '', form = 'string'] = word.split(':');
    const optional = start.endsWith('?');
    return { name: start.replace('?', ''), optional, check: formCheck(form, optional ? ' or be left out' : '') };
  });
  const known = new Set(forms.map(({ name }) => name));
  const list = () => [...known].join(', ');
  return (props) => {
    if (!isObject(props)) return { at: '', allowed: `be an object (${list()})`, got: props };
    for (const name of Object.keys(props)) {
      const got = props[name];
      if (!known.has(name) && got !== undefined)
        return { at: `.${name}`, allowed: `be a known property (${list()})`, got };
    }
    for (const { name, optional, check } of forms) {
      const value = props[name];
      const problem = value === undefined && optional ? undefined : check(value);
      if (problem !== undefined) return { ...problem, at: `.${name}${problem.at}` };
    }
    return undefined;
  };
}

function formCheck(form: string, leftOut = ''): Check {
  if (isValue(form)) return wordsCheck(VALUES[form]);
  const fits = fitOf(form);
  const check: Check = (value) => (fits(value) ? undefined : { at: '', allowed: allowedBy(form, leftOut), got: value });
  const [, entry, container] = (!form.includes('|') && /^(.*)(\[\]|\{\})$/.exec(form)) || [];
  if (entry === undefined) return check;
  const checkEntry = formCheck(entry);
  return (value) => {
    if (container === '[]' ? !Array.isArray(value) : !isObject(value)) return check(value);
    for (const [key, each] of Object.entries(value as object)) {
      const problem = checkEntry(each);
      if (problem !== undefined)
        return { ...problem, at: `${container === '[]' ? `[${key}]` : `.${key}`}${problem.at}` };
    }
    return undefined;
  };
}

/** Whether a value has a form, but for what the objects in it have. */
function fitOf(form: string): (value: unknown) => boolean {
  if (form.includes('|')) {
    const ones = form.split('|').map(fitOf);
    return (value) => ones.some((fits) => fits(value));
  }
  if (form.endsWith('[]')) {
    const fits = fitOf(form.slice(0, -2));
    return (value) => Array.isArray(value) && value.every(fits);
  }
  if (/^(string|number|boolean|function)$/.test(form)) return (value) => typeof value === form;
  if (form === 'object' || form.endsWith('{}') || isValue(form)) return isObject;
  if (form === 'CredentialSource') return (value) => isObject(value) && typeof value.provide === 'function';
  if (isMember(form)) return (value) => isObject(value) && MEMBERS[form] in value;
  const literal = Number.isNaN(Number(form)) ? form : Number(form);
  return (value) => value === literal;
}

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function allowedBy(form: string, leftOut: string): string {
  const forms = form.split('|');
  return forms.every(isLiteral) ? oneOf(forms) : `be ${forms.map(described).join(' or ')}${leftOut}`;
}

function described(form: string): string {
  if (form.endsWith('[]')) return `a list of ${described(form.slice(0, -2)).replace(/^an? (.*)$/, '$1s')}`;
  if (form.endsWith('{}')) return `an object with ${described(form.slice(0, -2)).replace(/^an? (.*)$/, '$1s')} by key`;
  if (form === 'boolean') return 'true or false';
  if (form === 'object') return 'an object';
  if (form in { string: 1, number: 1, function: 1 }) return `a ${form}`;
  return isMember(form) ? `a ${form}` : `'${form}'`;
}

function isLiteral(form: string): boolean {
  return described(form) === `'${form}'`;
}

function isValue(form: string): form is keyof typeof VALUES {
  return Object.hasOwn(VALUES, form);
}

function isMember(form: string): form is keyof typeof MEMBERS {
  return Object.hasOwn(MEMBERS, form);
}

/** The scope and the id of a construct, checked before its base class reads them. */
export function placed<Scope extends Construct>(scope: Scope, id: string): [Scope, string] {
  placedChart(scope, id);
  requireProp(scope.node.scopes.some(Chart.isChart), scope, 'scope', 'be a Chart, or a construct in one', 'none');
  return [scope, id];
}

/** The scope and the id of a chart, which may be in an App. */
export function placedChart<Scope extends Construct>(scope: Scope, id: string): [Scope, string] {
  requireProp(Construct.isConstruct(scope), 'construct', 'scope', 'be a construct', scope);
  requireProp(typeof id === 'string' && id !== '', scope, 'id', 'be a text', id);
  return [scope, id];
}
