import type { RequiredSecret } from '../../kube/secrets/required-secrets';
import type { SecretKeySpec } from '../../kube/secrets/secrets';

/**
 * The commands that create a Secret, for bash and zsh. Secret values reach kubectl through pipes: neither the history of
 * the shell nor its arguments, which every process of the machine can see, have them.
 */
export function createSecretCommand(secret: RequiredSecret): string {
  const { namespace, name, type, keys, labels = {} } = secret;
  const inNamespace = namespace === undefined ? '' : ` --namespace=${namespace}`;
  const steps: string[] = [];
  const options: string[] = type === undefined ? [] : [`--type=${type}`];
  for (const [index, [key, spec]] of Object.entries(keys).entries()) {
    const { value, from } = spec;
    if (value !== undefined) options.push(`--from-literal=${key}=${shellWord(value)}`);
    else if (from !== undefined && 'file' in from) options.push(`--from-file=${key}=${shellWord(from.file)}`);
    else {
      const variable = `value_${index + 1}`;
      steps.push(...assign(variable, key, spec, namespace));
      options.push(`--from-file=${key}=<(printf %s "$${variable}")`);
    }
  }
  const create = [`kubectl create secret generic ${name}${inNamespace}`, ...options].join(' \\\n  ');
  const labelled = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const commands = [
    ...steps,
    create,
    ...(labelled.length === 0 ? [] : [`kubectl label secret ${name}${inNamespace} ${labelled.join(' ')}`]),
  ];
  if (commands.length === 1) return create;
  // A subshell stops at the first failure, keeps its variables to itself, and is read whole before anything asks.
  return ['(', 'set -e', ...commands].join('\n').replaceAll('\n', '\n  ').concat('\n)');
}

/** Lines that give a variable a secret value, or fail. */
function assign(variable: string, key: string, { from }: SecretKeySpec, namespace: string | undefined): string[] {
  if (from === undefined) {
    return [`printf '%s: ' ${shellWord(key)}`, `IFS= read -rs ${variable}`, 'echo', `[ -n "$${variable}" ]`];
  }
  if ('random' in from) return [`${variable}=$(openssl rand -hex ${from.random})`];
  if ('file' in from) return [];
  const { sameAs, namespace: other = namespace } = from;
  const where = other === undefined ? '' : ` --namespace=${other}`;
  const template = shellWord(`{{ index .data "${sameAs.key}" | base64decode }}`);
  return [`${variable}=$(kubectl get secret ${sameAs.secret.name}${where} --output=go-template=${template})`];
}

/** Text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
