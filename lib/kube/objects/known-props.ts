import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { type ErrorLocation, InvalidPropError, oneOf, requireProp } from './errors';

/** Types by a member that tells their objects from others, of whichever copy of their package. */
const MEMBERS = {
  ConfigSource: 'name',
  Construct: 'node',
  Cpu: 'amount',
  CredentialSource: 'provide',
  Cron: 'expressionString',
  Deployment: 'autoscaledBy',
  Duration: 'toSeconds',
  NodePool: 'tolerations',
  PodCount: 'isPercent',
  RegExp: 'source',
  SecretRef: 'key',
  Size: 'toKibibytes',
  StatefulSet: 'pods',
  Volume: 'name',
} as const;

/** What values are made of that several constructs and functions take. */
const VALUES = {
  Address: 'host port:number',
  Bucket: 'bucket path? endpoint? region? credentials?:Credentials roleArn?',
  Credentials: 'accessKeyId:SecretKey secretAccessKey:SecretKey',
  Database: 'host port:number database username password:SecretKey',
  HttpServer: 'host port:number url',
  Identity: 'name instance component',
  Metric: 'name type:counter|gauge|histogram labels:string[] help',
  Metrics: 'job host port:number portName path labels:string{}',
  ReplicaRange: 'minReplicas:number maxReplicas:number',
  SecretKey: 'secret:SecretRef key',
  SecretSpec: 'name readers:string[] keys:object{} type? labels?:string{}',
  Servers: 'identity:Identity port:number portName readyPath replicas:ReplicaRange strategy:Recreate|object',
  Superuser: 'username password:SecretKey',
  Topics: 'bootstrapServers topics?:string[] groupId? members?:number',
} as const;

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
  const leftOut = prop === '' ? '' : ' or be left out';
  requireWords(location, prop, props, words, leftOut);
}

function requireWords(location: ErrorLocation, prop: string, props: object | undefined, words: string, leftOut = '') {
  const forms = formsOf(words);
  // Most are right; what is wrong, and where, is only asked for the others.
  if (fits(props, 'object') && hasForms(props as object, forms)) return;
  const known = () => [...forms.keys()].join(', ');
  if (!fits(props, 'object')) {
    throw new InvalidPropError(location, prop || 'props', `be an object (${known()})${leftOut}`, props);
  }
  // `container 'main' args`, but `pod.containers`.
  const path = (name: string) => (prop === '' ? name : `${prop}${prop.endsWith("'") ? ' ' : '.'}${name}`);
  for (const [name, value] of Object.entries(props as object)) {
    if (value === undefined || forms.has(name)) continue;
    throw new InvalidPropError(location, path(name), `be a known property (${known()})`, value);
  }
  for (const [name, { form, optional }] of forms) {
    const value = Reflect.get(props as object, name);
    if (value !== undefined || !optional) requireForm(location, path(name), value, form, optional);
  }
}

/** What {@link requireKnownProps} asks of a property. */
interface PropForm {
  readonly form: string;
  readonly optional: boolean;
  /** Whether a value has the form. */
  readonly fits: (value: unknown) => boolean;
}

/** Lists of words are read once: they are as many as there are calls in the source. */
const read = new Map<string, ReadonlyMap<string, PropForm>>();

function formsOf(words: string): ReadonlyMap<string, PropForm> {
  const before = read.get(words);
  if (before !== undefined) return before;
  const forms = new Map(
    words.split(' ').map((word) => {
      const [name = '', form = 'string'] = word.split(':');
      return [name.replace('?', ''), { form, optional: name.endsWith('?'), fits: quickCheck(form) }];
    }),
  );
  read.set(words, forms);
  return forms;
}

function quickCheck(form: string): (value: unknown) => boolean {
  if (/^(string|number|boolean|function)$/.test(form)) return (value) => typeof value === form;
  if (isValue(form)) return (value) => fits(value, 'object') && hasForms(value as object, formsOf(VALUES[form]));
  if (form.includes('|') || !/\[\]$|\{\}$/.test(form)) return (value) => fits(value, form);
  const check = quickCheck(form.slice(0, -2));
  if (form.endsWith('[]')) return (value) => Array.isArray(value) && value.every(check);
  return (value) => fits(value, 'object') && Object.values(value as object).every(check);
}

function hasForms(props: object, forms: ReadonlyMap<string, PropForm>): boolean {
  for (const [name, value] of Object.entries(props)) if (value !== undefined && !forms.has(name)) return false;
  for (const [name, { optional, fits }] of forms) {
    const value = Reflect.get(props, name);
    if ((value !== undefined || !optional) && !fits(value)) return false;
  }
  return true;
}

/** The scope and the id of a construct, checked before its base class reads them. */
export function placed<Scope extends Construct>(scope: Scope, id: string): [Scope, string] {
  requireProp(Construct.isConstruct(scope), 'construct', 'scope', 'be a construct', scope);
  requireProp(scope.node.scopes.some(Chart.isChart), scope, 'scope', 'be a Chart, or a construct in one', 'none');
  requireProp(typeof id === 'string' && id !== '', scope, 'id', 'be a text', id);
  return [scope, id];
}

function requireForm(location: ErrorLocation, prop: string, value: unknown, form: string, optional = false): void {
  const entry = form.includes('|') ? undefined : /^(.*)(?:\[\]|\{\})$/.exec(form)?.[1];
  if (isValue(form)) {
    requireWords(location, prop, value as object, VALUES[form]);
    return;
  }
  const container = form.endsWith('[]') ? Array.isArray(value) : fits(value, 'object');
  if (entry === undefined || !container) {
    const forms = form.split('|');
    const allowed = forms.every(isLiteral)
      ? oneOf(forms)
      : `be ${forms.map(described).join(' or ')}${optional ? ' or be left out' : ''}`;
    requireProp(fits(value, form), location, prop, allowed, value);
    return;
  }
  const at = (key: string) => (Array.isArray(value) ? `${prop}[${key}]` : `${prop}.${key}`);
  for (const [key, each] of Object.entries(value as object)) requireForm(location, at(key), each, entry);
}

function fits(value: unknown, form: string): boolean {
  if (form.includes('|')) return form.split('|').some((one) => fits(value, one));
  if (form.endsWith('[]')) return Array.isArray(value) && value.every((entry) => fits(entry, form.slice(0, -2)));
  if (form === 'string' || form === 'number' || form === 'boolean' || form === 'function') return typeof value === form;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (form === 'object' || form.endsWith('{}') || isValue(form)) return isObject;
  if (isMember(form)) return isObject && MEMBERS[form] in value;
  return value === (Number.isNaN(Number(form)) ? form : Number(form));
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
