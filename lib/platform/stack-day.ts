import { oneOf, requireProp } from '../kube/objects/errors';
import { requireKnownProps } from '../kube/objects/known-props';
import type { ForwardedPort } from './reports/ports';

/**
 * What a stack adds to the commands that a person types: `npm run setup`, `up`, `status`, `images`, `example`. What they
 * find in its objects, releases and ports, they need not be told. Everything is data: the library starts no program.
 */
export interface StackDay {
  /** Images that users build, beside those that its pods never pull. @default - none */
  readonly images?: readonly string[];
  /** Who logs in where, by the name of the forwarded port. @default - nobody has to */
  readonly logins?: Readonly<Record<string, string>>;
  /** Programs that its commands need on the machine. @default - none */
  readonly clients?: readonly ClientProgram[];
  /** Variables of its commands; no secrets outside of local environments. @default - none */
  readonly env?: Readonly<Record<string, string>>;
  /** How its commands get a token of its server, without a browser. @default - they need none */
  readonly login?: TokenLogin;
  /** What is made known to its server once that answers, in this order. @default - nothing */
  readonly registrations?: readonly Registration[];
  /** The bucket that `npm run up -- --data FOLDER` fills. @default - there is none */
  readonly data?: DataBucket;
  /** What `npm run example` runs. @default - there is none */
  readonly example?: StackExample;
}

/** A program on the machine, which has to have the version of a server. */
export interface ClientProgram {
  /** Its name on the search path. */
  readonly program: string;
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  /** The one version that works. */
  readonly version: string;
  /** Python that its interpreter must run without an error. @default - nothing is asked */
  readonly python?: string;
  /** What is missing where {@link python} fails. */
  readonly pythonMeaning?: string;
  /** The command that installs it, on macOS and on Linux. */
  readonly install: string;
}

/** A POST of a form, answered with JSON that has `access_token` (RFC 6749, section 4.3). */
export interface TokenLogin {
  /** The forwarded port that it goes through. */
  readonly port: string;
  readonly url: string;
  /** @default - only a key is posted */
  readonly form?: Readonly<Record<string, string>>;
  /** Variable of the user whose value is a key: it is posted as the only field, `password`, in place of the form. */
  readonly keyVariable: string;
  /** Variable that the commands of the stack read the token from. */
  readonly tokenVariable: string;
}

/** Something that a client imports from a file of `deploy/`. */
export interface Registration {
  /** What it is, in words. */
  readonly name: string;
  /** Path below `deploy/`; what changes there is imported again. */
  readonly file: string;
  /** Answers JSON whose `total` says how many there are. */
  readonly url: string;
  /** Commands that import it; the argument `{file}` stands for the path of the file. */
  readonly commands: readonly Command[];
  /** Commands that remove it before it is imported again. */
  readonly removal: readonly Command[];
}

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** A bucket of an S3 server, for sample data. */
export interface DataBucket {
  /** The forwarded port that it is reached through. */
  readonly port: string;
  readonly endpoint: string;
  readonly bucket: string;
  /** Put before the path of each file: `sample/`. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Commands in somebody else's checkout. */
export interface StackExample {
  /** What it is a checkout of. */
  readonly checkout: string;
  /** A file that such a checkout has. */
  readonly file: string;
  /** Commands before {@link commands}, which then run on the machine. */
  readonly onMachine: readonly Command[];
  /** Commands before {@link commands}, which then run in the cluster (`--k8s`). */
  readonly inCluster: readonly Command[];
  readonly commands: readonly Command[];
}

/**
 * Checks what a stack adds to the day.
 * @param files - paths below `deploy/` by those that the stack gave to its documents
 * @returns it with those paths
 */
export function requireDay(
  location: string,
  day: StackDay,
  files: ReadonlyMap<string, string>,
  ports: readonly ForwardedPort[],
): StackDay {
  const words =
    'images?:string[] logins?:string{} clients?:object[] env?:string{} login?:object registrations?:object[] data?:object example?:object';
  requireKnownProps(location, day, words, 'day');
  const { clients = [], login, registrations = [], data, example } = day;
  const clientWords = 'program versionArguments:string[] version python?:string pythonMeaning?:string install';
  for (const client of clients) requireKnownProps(location, client, clientWords, 'day.clients');
  requireKnownProps(location, login, 'port url form?:string{} keyVariable tokenVariable', 'day.login');
  const dataWords = 'port endpoint bucket prefix accessKeyId secretAccessKey';
  requireKnownProps(location, data, dataWords, 'day.data');
  const exampleWords = 'checkout file onMachine:string[][] inCluster:string[][] commands:string[][]';
  requireKnownProps(location, example, exampleWords, 'day.example');
  const names = ports.map(({ name }) => name);
  const used = [...Object.keys(day.logins ?? {}), ...(login ? [login.port] : []), ...(data ? [data.port] : [])];
  for (const port of used) requireProp(names.includes(port), location, 'day.port', oneOf(names), port);
  const registered = registrations.map((registration) => {
    const registrationWords = 'name file url commands:string[][] removal:string[][]';
    requireKnownProps(location, registration, registrationWords, 'day.registrations');
    const file = files.get(registration.file);
    requireProp(
      file !== undefined,
      location,
      'day.registrations.file',
      'be a document of the stack',
      registration.file,
    );
    return { ...registration, file };
  });
  return { ...day, registrations: registered };
}
