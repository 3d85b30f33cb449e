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

  it('asks once for all topics, goes on while there are no brokers, and until there are topics of exactly those names', () => {
    const log = join(folder, 'log');
    program('sleep', `echo slept >> ${log}`);
    program(
      'kafka-topics.sh',
      `echo asked >> ${log}
      case "$(wc -l < ${log})" in 1) exit 1;; 3) echo data-1; echo training; echo my.data;; *) echo training; echo data;; esac`,
    );
    const { status, stdout } = spawnSync('/bin/sh', ['-euc', TOPICS_SCRIPT, 'wait-for-topics', 'data', 'training'], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}`, BOOTSTRAP_SERVERS: 'kafka:9092' },
    });
    expect(status).toBe(0);
    expect(stdout).toBe(
      'waiting for the topics data training at kafka:9092\nwaiting for the topics data at kafka:9092\n',
    );
    expect(readFileSync(log, 'utf8')).toBe('asked\nslept\nasked\nslept\nasked\n');
  });
});
