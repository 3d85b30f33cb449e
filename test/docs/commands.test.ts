import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrograms } from '../platform/releases/programs';
import { writeKubeconfig } from '../support/control-plane/credentials';
import { DayProject } from '../support/day/project';
import { blocksOf } from '../support/page-blocks';
import { describeProgram } from '../support/programs';
import { root } from '../support/sources';

const PROGRAMS = ['kubectl', 'helm', 'helmfile', 'kind'] as const;
const shellOf = (page: string) => blocksOf(readFileSync(join(root, page), 'utf8'), 'sh');
const pages = ['README.md', ...['tutorial', 'how-to', 'explanation'].flatMap((name) => pagesOf(`docs/${name}`))].filter(
  (page) => shellOf(page).some((block) => /\b(kubectl|helm|helmfile|kind|npm run) /.test(block)),
);

function pagesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? `${folder}/${name}` : []));
}

test.each([
  ['watch-it-scale', 'npm run images -- --build,npm run up,curl,load-test,apply,rollout status,rollout undo'],
  [
    'deploy-a-model',
    'docker build,npm run up,iris.pkl,curl -F file=@iris.pkl,apply,wait,/predict,delete md,npm run tear',
  ],
])('%s.md has the commands of a day in their order', (page, steps) => {
  const text = shellOf(`docs/how-to/${page}.md`).join('\n');
  let last = -1;
  for (const step of steps.split(',')) {
    const next = text.indexOf(step, last + 1);
    expect(next, step).toBeGreaterThan(last);
    last = next;
  }
});

describeProgram(findPrograms(...PROGRAMS), 'the commands of pages', (programs) => {
  let project: DayProject;
  const commands = 'setup up status logs images example down tear'.split(' ');
  /** Those that have been asked, each with the names of its options, on whatever page. */
  const asked = new Set<string>();

  beforeAll(async () => {
    project = await DayProject.create();
    writeKubeconfig(join(project.folder, 'kubeconfig'), 'https://127.0.0.1:1', 'ca.crt', 'token');
    // Each program looks at its words before it looks for a cluster, which it finds nowhere. That it goes on leads a
    // script to its end.
    for (const name of PROGRAMS) {
      const check = `said=$("${programs()[name]}" "$@" 2>&1 < /dev/null)
case $said in *'unknown flag'* | *'unknown shorthand flag'* | *'unknown command'* | *"invalid argument"*)
  echo "wrong: ${name} $*: $said" >> "${project.calls}" ;;
esac
echo word`;
      project.program(name, check);
    }
    for (const name of ['npm', 'sleep']) project.program(name, '');
  });
  afterAll(() => project?.remove());

  /** Runs scripts, and gives what they call, and what of that no program knows. */
  async function run(blocks: readonly string[]) {
    const before = project.log().length;
    const env = { KUBECONFIG: join(project.folder, 'kubeconfig') };
    // Programs that are none of those are not on the search path.
    for (const block of blocks) await project.shell(`set +e\ncd "$HOME/bin/.."\n${block}`, env);
    const calls = project.log().slice(before);
    return { calls, wrong: calls.filter((call) => call.startsWith('wrong: ')) };
  }

  test.each(pages)('%s has only commands and options that kubectl, helm, helmfile, kind and npm know', async (page) => {
    const { calls, wrong } = await run(shellOf(page));
    expect(wrong).toEqual([]);
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls.filter((one) => commands.some((name) => `${one} `.startsWith(`npm run ${name} `)))) {
      const [script = '', ...words] = call.replace('npm run ', '').replace(' -- ', ' ').split(' ');
      const options = words.filter((word) => word.startsWith('--'));
      if (asked.has(`${script} ${options}`)) continue;
      asked.add(`${script} ${options}`);
      const { code, stdout } = await project.run(script, [...words, '--help']);
      expect(code, call).toBe(0);
      for (const option of options) expect(stdout).toContain(option);
    }
  });

  test.each(['kubectl get pods --nothing', 'kubectl gett pods', 'helm instal x', 'helmfile -x sync', 'kind load x'])(
    'fails for %s',
    async (command) => {
      expect((await run([command])).wrong).toEqual([expect.stringContaining(`wrong: ${command}: `)]);
    },
  );
});
