import { parseArgs } from 'node:util';

/** A command that cannot run where there is no container engine. */
interface Form {
  /** Options as documented: those with a value end with `=`. */
  readonly options?: string;
  /** How many words stand beside them: none, one, or one or more. */
  readonly words?: 'one' | 'some';
}

/**
 * What the commands of the day may call, of what is documented:
 *
 * - kind: https://kind.sigs.k8s.io/docs/user/quick-start/ and `--help`, which test/platform/kind/real-kind.test.ts asks
 * - nvkind: https://github.com/NVIDIA/nvkind, README.md and cmd/nvkind/cluster_create.go
 * - docker: https://docs.docker.com/reference/cli/docker/; podman has the same, but for `save --platform`
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
  'docker build': { options: 'file= platform= tag=', words: 'one' },
  'docker exec': { words: 'some' },
  'docker image inspect': { options: 'format= platform=', words: 'some' },
  'docker info': { options: 'format=' },
  'docker ps': { options: 'all filter= format= quiet' },
  'docker save': { options: 'output= platform=', words: 'some' },
  'docker start': { words: 'some' },
  'docker stop': { options: 'timeout=', words: 'some' },
  'podman build': { options: 'file= platform= tag=', words: 'one' },
  'podman exec': { words: 'some' },
  'podman image inspect': { options: 'format=', words: 'some' },
  'podman info': { options: 'format=' },
  'podman ps': { options: 'all filter= format= quiet' },
  'podman save': { options: 'output=', words: 'some' },
  'podman start': { words: 'some' },
  'podman stop': { options: 'time=', words: 'some' },
};

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
