import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ALIVE_SCRIPT,
  PROMOTION_SCRIPT,
  PromotionRollout,
  type PromotionRolloutProps,
} from '../../../../lib/stacks/flts/programs/promotion-rollout';
import { Deployment } from '../../../../lib/workloads/deployment';
import { identity, nodePool, pod } from '../../../support/samples';
import { itIsPosix } from '../../../support/shell';
import { expectEachPropToMatter, objectOf, testChart } from '../../../support/synth';

type Props = Omit<Required<PromotionRolloutProps>, 'target'> & { readonly target: string };

const all: Props = {
  name: 'promotion-rollout',
  serviceAccountName: 'promotion-rollout',
  target: 'api',
  pointer: 'http://gateway/current.json',
  image: 'example.org/curl:8',
  nodePool: nodePool(),
};

function render({ target, ...props }: Props) {
  const chart = testChart();
  const server = new Deployment(chart, 'target', { identity: { ...identity, instance: target }, pod });
  new PromotionRollout(chart, 'rollout', { ...props, target: server });
  return objectOf(chart, 'Deployment', props.name);
}

describe('the rollout of promotions', () => {
  it('is one pod, with the token of its account', () => {
    const { replicas, strategy, template } = render(all).spec;
    expect([replicas, strategy.type]).toEqual([1, 'Recreate']);
    expect(template.spec).toMatchObject({
      serviceAccountName: 'promotion-rollout',
      automountServiceAccountToken: true,
    });
  });

  it('has each of its props', () => {
    expectEachPropToMatter<Props>(render, all, {
      name: 'other',
      serviceAccountName: 'other',
      target: 'other-api',
      pointer: 'http://other',
      image: 'example.org/curl:9',
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });

  itIsPosix(PROMOTION_SCRIPT);

  it('writes each promotion into the pods once, tries again where that fails, and nothing before the first', async () => {
    let pointer: string | undefined;
    let broken = true;
    const patches: unknown[] = [];
    const server = createServer((request, response) => {
      if (request.method !== 'PATCH') {
        response.writeHead(pointer === undefined ? 404 : 200).end(pointer);
        return;
      }
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const { url, headers } = request;
        if (!broken) patches.push([url, headers['content-type'], headers.authorization, JSON.parse(body)]);
        response.writeHead(broken ? 500 : 200).end();
        broken = false;
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const account = mkdtempSync(join(tmpdir(), 'account-'));
    onTestFinished(() => {
      server.close();
      rmSync(account, { recursive: true });
    });
    for (const [file, text] of Object.entries({ token: 'secret', namespace: 'flts', 'ca.crt': '' })) {
      writeFileSync(join(account, file), text);
    }
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const watch = spawn('/bin/sh', ['-euc', PROMOTION_SCRIPT], {
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        PAUSE: '0.05',
        POINTER_URL: `${base}/current.json`,
        API_SERVER: base,
        ACCOUNT: account,
        ALIVE: join(account, 'alive'),
        DEPLOYMENT: 'inference-deploy',
        ANNOTATION: 'checksum/promotion',
      },
    });
    const end = new Promise((done) => watch.once('exit', done));
    const until = async (count: number) => {
      for (let tries = 0; patches.length < count && tries < 200; tries += 1) await setTimeout(50);
    };
    await setTimeout(200);
    expect(patches).toEqual([]);
    const promotions = ['{"run_id": "1"}', '{"run_id": "2"}'];
    for (const [index, promotion] of promotions.entries()) {
      pointer = promotion;
      await until(index + 1);
    }
    await setTimeout(300);
    expect(patches).toEqual(
      promotions.map((promotion) => [
        '/apis/apps/v1/namespaces/flts/deployments/inference-deploy',
        'application/strategic-merge-patch+json',
        'Bearer secret',
        {
          spec: {
            template: {
              metadata: { annotations: { 'checksum/promotion': createHash('sha256').update(promotion).digest('hex') } },
            },
          },
        },
      ]),
    );
    // It is empty for a moment while it is written.
    await expect.poll(() => readFileSync(join(account, 'alive'), 'utf8'), { timeout: 10_000 }).toMatch(/^\d+\n$/);
    watch.kill('SIGTERM');
    expect(await end).toBe(0);
  });

  itIsPosix(ALIVE_SCRIPT);

  it.each([
    ['lives while its loop goes round', 60, 0],
    ['is restarted when its loop has stopped for two minutes', 180, 1],
  ])('%s', (_, age, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'alive-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const alive = join(folder, 'alive');
    writeFileSync(alive, `${Math.floor(Date.now() / 1000) - age}\n`);
    const { exec } = render(all).spec.template.spec.containers[0].livenessProbe;
    const [shell, ...args] = exec.command;
    const env = { PATH: process.env.PATH, ALIVE: alive };
    expect(spawnSync(shell, args, { env }).status).toBe(code);
  });
});
