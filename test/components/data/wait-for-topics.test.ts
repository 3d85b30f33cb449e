import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TOPICS_SCRIPT, waitForTopics } from '../../../lib/components/data/wait-for-topics';
import { itIsPosix } from '../../support/shell';

const folder = mkdtempSync(join(tmpdir(), 'topics-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

describe('a container that waits for topics', () => {
  it('has the brokers, and the topics as arguments', () => {
    const { command, env } = waitForTopics('wait', 'kafka:1', { bootstrapServers: 'kafka:9092' }, ['a', 'b']);
    expect(command).toEqual(['/bin/sh', '-euc', TOPICS_SCRIPT, 'wait-for-topics', 'a', 'b']);
    expect(env).toMatchObject({ BOOTSTRAP_SERVERS: 'kafka:9092' });
  });

  itIsPosix(TOPICS_SCRIPT);

  it('goes on while there are no brokers, and until there is a topic of exactly that name', () => {
    const log = join(folder, 'log');
    program('sleep', `echo x >> ${log}`);
    program(
      'kafka-topics.sh',
      `case "$(wc -l < ${log})" in 0) exit 1;; 1) echo data-1; echo my.data;; *) echo training; echo data;; esac`,
    );
    writeFileSync(log, '');
    const { status, stdout } = spawnSync('/bin/sh', ['-euc', TOPICS_SCRIPT, 'wait-for-topics', 'data', 'training'], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}`, BOOTSTRAP_SERVERS: 'kafka:9092' },
    });
    expect(status).toBe(0);
    expect(stdout).toBe('waiting for topic data at kafka:9092\n'.repeat(2));
    expect(readFileSync(log, 'utf8')).toBe('x\n'.repeat(2));
  });
});
