import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BUCKET_SCRIPT, BucketJob, type BucketJobProps } from '../../../lib/components/data/bucket-job';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { itLong } from '../../support/programs';
import { nodePool } from '../../support/samples';
import { itIsPosix } from '../../support/shell';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const keys = new SecretRef('minio-credentials');
const all: Required<BucketJobProps> = {
  name: 'minio-buckets',
  image: 'docker.io/curlimages/curl:8.21.0',
  buckets: ['fair-data', 'mlflow'],
  endpoint: 'http://minio.fair.svc:9000',
  credentials: { accessKeyId: keys.key('accessKey'), secretAccessKey: keys.key('secretKey') },
  nodePool: nodePool(),
};

describe('the Job of the buckets', () => {
  it('reads its keys from a Secret and gets the buckets as arguments, not as a part of the script', () => {
    const [container] = render(all).spec.template.spec.containers;
    expect(container.command).toEqual(['/bin/sh', '-euc', BUCKET_SCRIPT, 'create-buckets', 'fair-data', 'mlflow']);
    expect(container.env).toEqual([
      { name: 'S3_ENDPOINT', value: 'http://minio.fair.svc:9000' },
      { name: 'S3_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'minio-credentials', key: 'accessKey' } } },
      { name: 'S3_SECRET_KEY', valueFrom: { secretKeyRef: { name: 'minio-credentials', key: 'secretKey' } } },
    ]);
    expect(container.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
  });

  it('has each of its props', () => {
    expectEachPropToMatter<BucketJobProps>(render, all, {
      name: 'other',
      image: 'curlimages/curl:other',
      buckets: ['fair-data'],
      endpoint: 'http://other:9000',
      credentials: { accessKeyId: keys.key('a'), secretAccessKey: keys.key('b') },
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });

  it('hands out its name', () => {
    const chart = testChart();
    expect(new BucketJob(chart, 'buckets', all).name).toBe(objectOf(chart, 'Job').metadata.name);
  });
});

describe('the script of the buckets', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'buckets-'));
    program('sleep', 'echo "sleep $*" >> "$LOG"');
  });
  beforeEach(() => writeFileSync(join(folder, 'log'), ''));
  afterAll(() => rmSync(folder, { recursive: true }));

  itIsPosix(BUCKET_SCRIPT);

  it('creates each bucket once the server answers, whatever the characters of its keys', () => {
    program('curl', `${RECORD}; case "$(grep -c curl "$LOG")" in 1|2) exit 7;; esac; printf 200`);
    expect(run('a', 'b').status).toBe(0);
    expect(log()).toEqual([put('a'), 'sleep 2', put('a'), 'sleep 2', put('a'), put('b')]);
  });

  it('leaves a bucket alone that exists, and belongs to the same keys', () => {
    program('curl', `${RECORD}; echo "<Code>BucketAlreadyOwnedByYou</Code>" > /tmp/answer; printf 409`);
    expect(run('a').status).toBe(0);
    expect(log()).toEqual([put('a')]);
  });

  itLong('fails after three minutes where no server answers, with the reason of curl', () => {
    program('curl', `${RECORD}; echo "connection refused" >&2; exit 7`);
    const { status, stderr } = run('a');
    expect(status).toBe(1);
    expect(stderr).toContain('connection refused');
    expect(log().filter((line) => line === 'sleep 2')).toHaveLength(89);
  });

  it('fails where the server refuses a bucket, with the reason of the server, and leaves the rest to the next try', () => {
    program('curl', `${RECORD}; echo "<Code>AccessDenied</Code>" > /tmp/answer; printf 403`);
    const { status, stderr } = run('a', 'b');
    expect(status).toBe(1);
    expect(stderr).toContain('AccessDenied');
    expect(log().at(-1)).toBe(put('a'));
  });

  // The words before it are those of every request.
  const RECORD = 'shift 13; echo "curl $*" >> "$LOG"';
  const put = (bucket: string) => `curl aws:amz:us-east-1:s3 --user user:pass "$word http://minio:9000/${bucket}`;
  const log = () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');

  function program(name: string, script: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  function run(...buckets: string[]) {
    return spawnSync('/bin/sh', ['-euc', BUCKET_SCRIPT, 'create-buckets', ...buckets], {
      encoding: 'utf8',
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        LOG: join(folder, 'log'),
        S3_ENDPOINT: 'http://minio:9000',
        S3_ACCESS_KEY: 'user',
        S3_SECRET_KEY: 'pass "$word',
      },
    });
  }
});

function render(props: BucketJobProps) {
  const chart = testChart();
  new BucketJob(chart, 'buckets', props);
  return objectOf(chart, 'Job');
}
