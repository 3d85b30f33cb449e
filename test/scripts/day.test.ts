import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrograms } from '../platform/releases/programs';
import { writeKubeconfig } from '../support/control-plane/credentials';
import { DayProject } from '../support/day/project';
import { describeProgram } from '../support/programs';

const UP = ['--context', 'control-plane'];

describeProgram(findPrograms('kubectl'), 'before anything is started, `up`', (programs) => {
  let project: DayProject;
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  const env = { KUBECONFIG: join(folder, 'config') };
  const day = (command: string) => project.run(command, UP, env);

  beforeAll(async () => {
    project = await DayProject.create();
    writeKubeconfig(env.KUBECONFIG, 'https://127.0.0.1:1', join(folder, 'ca.crt'), 'token');
    project.program('kubectl', `exec "${programs().kubectl}" "$@"`);
    for (const name of ['helm', 'helmfile']) project.program(name, '');
    project.zenml('0.93.3');
  });
  afterAll(() => {
    project?.remove();
    rmSync(folder, { recursive: true });
  });

  test('fails for a context that kubeconfig does not have, and names those there are', async () => {
    const { code, text, calls } = await project.run('up', ['--context', 'nowhere'], env);
    expect([code, calls.some((call) => call.includes(' apply '))]).toEqual([1, false]);
    expect(text).toContain("kubeconfig has no context 'nowhere'. It has: control-plane.");
  });

  test('fails for the context of another environment', async () => {
    const { code, text } = await project.run('up', ['--context', 'hotosm-production-cluster'], env);
    expect(code).toBe(1);
    expect(text).toContain(
      "'hotosm-production-cluster' is the context of the environment prod, not of dev: PLATFORM_ENV=prod.",
    );
  });

  test('fails for a port in use, and names the program that has it', async () => {
    const taken = createServer().listen(project.ports.postgres, '127.0.0.1');
    await new Promise((done) => taken.once('listening', done));
    const { code, text, calls } = await day('up');
    await new Promise((done) => taken.close(done));
    expect([code, calls.some((call) => call.includes(' apply '))]).toEqual([1, false]);
    expect(text).toMatch(
      new RegExp(`Port ${project.ports.postgres} \\(postgres\\) is taken by \\S+ \\(pid ${process.pid}\\)\\.`),
    );
  });

  test('fails where a program is missing, and says how to get it', async () => {
    project.without('helmfile');
    const [up, setup] = [await day('up'), await project.run('setup')];
    project.program('helmfile', '');
    expect([up.code, setup.code]).toEqual([1, 1]);
    expect(up.text).toContain('helmfile is not on the search path: `npm run setup` says how to get it.');
    expect(setup.text).toContain(
      '✖ helmfile is missing: 1.0 or later is needed (macOS: brew install helmfile; Linux: https://',
    );
  });

  test('fails for a client of another version, and for one that does not know PostgreSQL', async () => {
    project.zenml('0.94.2');
    const other = await day('up');
    project.zenml('0.93.3', false);
    const stock = await day('up');
    project.zenml('0.93.3');
    expect([other.code, stock.code]).toEqual([1, 1]);
    expect(other.text).toContain("zenml is 0.94.2, the server is 0.93.3: pip install fair-py-ops 'zenml==0.93.3'");
    expect(stock.text).toContain("zenml is without fAIr's start-up hook fair_zenml_patch.pth");
  });
});
