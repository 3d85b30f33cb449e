import { requireKnownProps } from '../../kube/objects/known-props';
import type { RequiredSecret } from '../../kube/secrets/required-secrets';
import type { SecretKeySpec } from '../../kube/secrets/secrets';
import { type KubectlOptions, kubectlOptions, shellWord } from './kubectl';

/**
 * The commands that create a Secret, for bash and zsh. Secret values reach kubectl through pipes: neither the history of
 * the shell nor its arguments, which every process of the machine can see, have them.
 */
export function createSecretCommand(secret: RequiredSecret, options: KubectlOptions = {}): string {
  requireKnownProps('createSecretCommand()', { secret }, 'secret:object');
  requireKnownProps('createSecretCommand()', options, 'context?', 'options');
  const { namespace, name, type, keys, labels = {} } = secret;
  const where = whereIn(namespace, options);
  const steps: string[] = [];
  const values: string[] = type === undefined ? [] : [`--type=${type}`];
  for (const [index, [key, spec]] of Object.entries(keys).entries()) {
    const { value, from } = spec;
    if (value !== undefined) values.push(`--from-literal=${key}=${shellWord(value)}`);
    else if (from !== undefined && 'file' in from) values.push(`--from-file=${key}=${shellWord(from.file)}`);
    else {
      const variable = `value_${index + 1}`;
      steps.push(...assign(variable, key, spec, (other = namespace) => whereIn(other, options)));
      values.push(`--from-file=${key}=<(printf %s "$${variable}")`);
    }
  }
  const create = [`kubectl create secret generic ${name}${where}`, ...values].join(' \\\n  ');
  const labelled = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const commands = [
    ...steps,
    create,
    ...(labelled.length === 0 ? [] : [`kubectl label secret ${name}${where} ${labelled.join(' ')}`]),
  ];
  if (commands.length === 1) return create;
  // A subshell stops at the first failure, keeps its variables to itself, and is read whole before anything asks.
  return ['(', 'set -e', ...commands].join('\n').replaceAll('\n', '\n  ').concat('\n)');
}

/** Lines that give a variable a secret value, or fail. */
function assign(
  variable: string,
  key: string,
  { from }: SecretKeySpec,
  where: (namespace?: string) => string,
): string[] {
  if (from === undefined) {
    return [`printf '%s: ' ${shellWord(key)}`, `IFS= read -rs ${variable}`, 'echo', `[ -n "$${variable}" ]`];
  }
  if ('random' in from) return [`${variable}=$(openssl rand -hex ${from.random})`];
  if ('file' in from) return [];
  const { sameAs, namespace } = from;
  const template = shellWord(`{{ index .data "${sameAs.key}" | base64decode }}`);
  return [
    `${variable}=$(kubectl get secret ${sameAs.secret.name}${where(namespace)} --output=go-template=${template})`,
  ];
}

/** The options of `kubectl` that say which cluster and namespace. */
function whereIn(namespace: string | undefined, options: KubectlOptions): string {
  const all = [...kubectlOptions(options), ...(namespace === undefined ? [] : [`--namespace=${namespace}`])];
  return all.map((option) => ` ${shellWord(option)}`).join('');
}
