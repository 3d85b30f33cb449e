import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrograms } from '../platform/releases/programs';
import { writeKubeconfig } from '../support/control-plane/credentials';
import { DayProject } from '../support/day/project';
import { describeLong, describeProgram } from '../support/programs';

const UP = ['--context', 'control-plane'];

// Each test starts the command as users do, with programs of their own on the search path.
describeLong('before anything is started', () => {
  describeProgram(findPrograms('kubectl'), '`up`', (programs) => {
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

    test('fails for a context that kubeconfig does not have, and for that of another environment', async () => {
      const runs = ['nowhere', 'hotosm-production-cluster'].map((name) => project.run('up', ['--context', name], env));
      const [unknown, other] = await Promise.all(runs);
      expect([unknown?.code, other?.code]).toEqual([1, 1]);
      expect(unknown?.text).toContain("kubeconfig has no context 'nowhere'. It has: control-plane.");
      expect(other?.text).toContain(
        "'hotosm-production-cluster' is the context of the environment prod, not of dev: PLATFORM_ENV=prod.",
      );
      expect(project.log().filter((call) => call.includes(' apply '))).toEqual([]);
    });

    test('fails for a port in use, and names the program that has it', async () => {
      const taken = createServer().listen(project.ports.postgres, '127.0.0.1');
      await new Promise((done) => taken.once('listening', done));
      const { code, text } = await day('up');
      await new Promise((done) => taken.close(done));
      expect([code, project.log().filter((call) => call.includes(' apply '))]).toEqual([1, []]);
      expect(text).toMatch(
        new RegExp(`Port ${project.ports.postgres} \\(postgres\\) is taken by \\S+ \\(pid ${process.pid}\\)\\.`),
      );
    });

    test('fails where a program is missing or a client does not know PostgreSQL, and `setup` says how to get them', async () => {
      project.without('helmfile');
      project.zenml('0.93.3', false);
      const [up, setup] = await Promise.all([day('up'), project.run('setup')]);
      project.program('helmfile', '');
      expect([up.code, setup.code]).toEqual([1, 1]);
      expect(up.text).toContain('helmfile is not on the search path. `npm run setup` says how to get the');
      expect(setup.text).toContain(
        '✖ helmfile is missing: 1.0 or later is needed (macOS: brew install helmfile; Linux: https://',
      );
      expect(setup.text).toContain("zenml (for pipelines) is without fAIr's start-up hook fair_zenml_patch.pth");
    });

    test('fails for a client of another version', async () => {
      project.zenml('0.94.2');
      const { code, text } = await day('up');
      expect(code).toBe(1);
      expect(text).toContain("zenml is 0.94.2, the server is 0.93.3: pip install fair-py-ops 'zenml==0.93.3'");
    });
  });
});
