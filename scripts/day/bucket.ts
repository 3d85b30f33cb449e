import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { DataBucket } from '../../lib/platform';
import { Stop } from './programs';
import type { Show } from './steps';

/** MinIO accepts any; AWS has its buckets elsewhere. */
const REGION = 'us-east-1';

/** Uploads every file of a folder; what is there already under its name is replaced. @returns how many there are */
export async function upload(folder: string, bucket: DataBucket, show: Show): Promise<number> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    const key = bucket.prefix + relative(folder, path).split(sep).join('/');
    show(key);
    const body = readFileSync(path);
    const url = new URL(`/${bucket.bucket}/${key.split('/').map(escaped).join('/')}`, bucket.endpoint);
    const response = await fetch(url, { method: 'PUT', body, headers: signed('PUT', url, body, bucket) });
    if (!response.ok) {
      throw new Stop(`PUT ${url}\n  was answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
    }
  }
  return files.length;
}

/** The headers of a request of S3, signed (Signature Version 4), with others that are signed, too. */
export function signed(
  method: string,
  url: URL,
  body: Uint8Array | string,
  { accessKeyId, secretAccessKey }: Pick<DataBucket, 'accessKeyId' | 'secretAccessKey'>,
  {
    time = new Date(),
    headers = {},
  }: { readonly time?: Date; readonly headers?: Readonly<Record<string, string>> } = {},
): Record<string, string> {
  const stamp = time.toISOString().replaceAll(/[:-]|\.\d+/g, '');
  const hash = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex');
  const all: Record<string, string> = { ...headers, 'x-amz-content-sha256': hash(body), 'x-amz-date': stamp };
  const named = Object.entries({ ...all, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = named.map(([name]) => name).join(';');
  const lines = named.map(([name, value]) => `${name}:${value}\n`).join('');
  const request = [method, url.pathname, url.search.slice(1), lines, names, all['x-amz-content-sha256']].join('\n');
  const scope = [stamp.slice(0, 8), REGION, 's3', 'aws4_request'];
  const sign = (key: Uint8Array | string, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.reduce<Uint8Array | string>((found, part) => sign(found, part), `AWS4${secretAccessKey}`);
  const text = ['AWS4-HMAC-SHA256', stamp, scope.join('/'), hash(request)].join('\n');
  const signature = Buffer.from(sign(key, text)).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')},SignedHeaders=${names},Signature=${signature}`;
  return { ...all, authorization };
}

/** As S3 escapes a part of a path: more than URLs need. */
function escaped(part: string): string {
  return encodeURIComponent(part).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
