import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { upload } from '../../scripts/day/servers';
import { expectedSignature, type SignedRequest } from '../support/day/signature';

/** The examples of "Authenticating Requests (AWS Signature Version 4)" in the API reference of Amazon S3. */
const KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const SCOPE = `Credential=${KEY.accessKeyId}/20130524/us-east-1/s3/aws4_request`;
const signatureOf = ({ headers }: SignedRequest) => /Signature=(\w+)/.exec(String(headers.authorization))?.[1];

/** Uploads a folder to a server, and gives the requests that it got. */
async function uploaded(files: Readonly<Record<string, string>>, status = 200): Promise<readonly SignedRequest[]> {
  const requests: SignedRequest[] = [];
  const server = createServer(({ method = '', url = '', headers }, response) => {
    requests.push({ method, url, headers });
    response.writeHead(status, { connection: 'close' }).end('<Code>AccessDenied</Code>');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const folder = mkdtempSync(join(tmpdir(), 'upload-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await upload(folder, { port: 'minio', endpoint, bucket: 'fair-data', prefix: 'sample/', ...KEY }, () => {});
  } finally {
    rmSync(folder, { recursive: true });
    server.close();
  }
  return requests;
}

describe('sample data', () => {
  test('the signature that a server of S3 expects is that of the documented GET', () => {
    const headers = {
      authorization: `AWS4-HMAC-SHA256 ${SCOPE},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=x`,
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-amz-date': '20130524T000000Z',
    };
    expect(expectedSignature({ method: 'GET', url: '/test.txt', headers }, KEY.secretAccessKey)).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  test('the signature that a server of S3 expects is that of the documented PUT', () => {
    const names = 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class';
    const headers = {
      authorization: `AWS4-HMAC-SHA256 ${SCOPE},SignedHeaders=${names},Signature=x`,
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      host: 'examplebucket.s3.amazonaws.com',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    };
    expect(expectedSignature({ method: 'PUT', url: '/test%24file.text', headers }, KEY.secretAccessKey)).toBe(
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    );
  });

  test('each file of a folder is put with that signature, under names that need escaping, too', async () => {
    const requests = await uploaded({ 'a b.json': '{}', 'train/ü+1 (2).tif': 'x' });
    expect(requests.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`).sort()).toEqual([
      'PUT /fair-data/sample/a b.json',
      'PUT /fair-data/sample/train/ü+1 (2).tif',
    ]);
    for (const request of requests) {
      // A server escapes more than URLs must be.
      const url = request.url.replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
      expect(signatureOf(request)).toBe(expectedSignature({ ...request, url }, KEY.secretAccessKey));
      expect(signatureOf(request)).not.toBe(expectedSignature({ ...request, url }, 'another key'));
    }
  });

  test('fails with what the server says', async () => {
    await expect(uploaded({ a: '' }, 403)).rejects.toThrow(
      /PUT http:\S+\/fair-data\/sample\/a\n {2}was answered 403: <Code>AccessDenied/,
    );
  });
});
