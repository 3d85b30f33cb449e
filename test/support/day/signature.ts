import { createHash, createHmac } from 'node:crypto';

/** A request as a server of S3 gets it. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The signature that a request must have: "Authenticating Requests (AWS Signature Version 4)" of the API reference of S3. */
export function expectedSignature({ method, url, headers }: SignedRequest, secretAccessKey: string): string {
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+)/.exec(String(headers.authorization)) ?? [];
  const [path, query = ''] = url.split('?');
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const request = [method, path, query, lines.join(''), names, headers['x-amz-content-sha256']].join('\n');
  const sign = (key: Uint8Array | string, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope
    .split('/')
    .reduce<Uint8Array | string>((found, part) => sign(found, part), `AWS4${secretAccessKey}`);
  const hash = createHash('sha256').update(request).digest('hex');
  return sign(key, ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash].join('\n')).toString('hex');
}
