import { parseArgs } from 'node:util';

/** A command that cannot run where there is no container engine. */
interface Form {
  /** Options as documented: those with a value end with `=`. */
  readonly options?: string;
  /** How many words stand beside them: none, one, or one or more. */
  readonly words?: 'one' | 'some';
}

/** Of docker and podman alike. */
const ENGINE: Readonly<Record<string, Form>> = {
  build: { options: 'file= platform= tag=', words: 'one' },
  exec: { words: 'some' },
  info: { options: 'format=' },
  ps: { options: 'all filter= format= quiet' },
  start: { words: 'some' },
};
const DOCKER: Readonly<Record<string, Form>> = {
  ...ENGINE,
  'image inspect': { options: 'format= platform=', words: 'some' },
  save: { options: 'output= platform=', words: 'some' },
  stop: { options: 'timeout=', words: 'some' },
};
const PODMAN: Readonly<Record<string, Form>> = {
  ...ENGINE,
  'image inspect': { options: 'format=', words: 'some' },
  save: { options: 'output=', words: 'some' },
  stop: { options: 'time=', words: 'some' },
};

/**
 * What the commands of the day may call, of what is documented:
 *
 * - kind: https://kind.sigs.k8s.io/docs/user/quick-start/ and `--help`, which test/platform/kind/real-kind.test.ts asks
 * - nvkind: https://github.com/NVIDIA/nvkind, README.md and cmd/nvkind/cluster_create.go
 * - docker: https://docs.docker.com/reference/cli/docker/
 * - podman: https://docs.podman.io/en/latest/Commands.html
 */
export const FORMS: Readonly<Record<string, Form>> = {
  'kind version': {},
  'kind get clusters': {},
  'kind create cluster': { options: 'config= image= kubeconfig= name= retain wait=' },
  'kind delete cluster': { options: 'kubeconfig= name=' },
  'kind export kubeconfig': { options: 'internal kubeconfig= name=' },
  'kind load docker-image': { options: 'name= nodes=', words: 'some' },
  'kind load image-archive': { options: 'name= nodes=', words: 'some' },
  'nvkind cluster create': {
    options: 'config-template= config-values= image= kubeconfig= name= retain skip-gpu-setup wait=',
  },
  ...calledBy('docker', DOCKER),
  ...calledBy('podman', PODMAN),
};

function calledBy(program: string, forms: typeof ENGINE): typeof ENGINE {
  return Object.fromEntries(Object.entries(forms).map(([command, form]) => [`${program} ${command}`, form]));
}

/** Calls that are not documented so, each with what is wrong; those of other programs are none of them. */
export function undocumented(calls: readonly string[]): readonly string[] {
  return calls.flatMap((call) => (/^(kind|nvkind|docker|podman) /.test(call) ? (problemOf(call) ?? []) : []));
}

function problemOf(call: string): string | undefined {
  const [name = '', { options = '', words = 'none' }] = Object.entries(FORMS).find(([form]) =>
    `${call} `.startsWith(`${form} `),
  ) ?? ['', {}];
  if (name === '') return `${call}: no such command`;
  const known = options.split(' ').map((option) => {
    const type = option.endsWith('=') ? ('string' as const) : ('boolean' as const);
    return [option.replace('=', ''), { type, multiple: true }];
  });
  // What follows the container is the command that runs in it.
  const args = call.slice(name.length).split(' ').filter(Boolean);
  const own = name.endsWith(' exec') ? args.slice(0, 1) : args;
  try {
    const { positionals } = parseArgs({ args: own, options: Object.fromEntries(known), allowPositionals: true });
    const { length } = positionals;
    const isRight = words === 'none' ? length === 0 : words === 'one' ? length === 1 : length > 0;
    return isRight ? undefined : `${call}: ${length} words beside the options`;
  } catch (error) {
    return `${call}: ${(error as Error).message}`;
  }
}
