import { describe, expect, test } from 'vitest';
import { signed } from '../../scripts/day/bucket';

/** The examples of "Authenticating Requests (AWS Signature Version 4)" in the API reference of Amazon S3. */
const KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const time = new Date('2013-05-24T00:00:00Z');
const signature = ({ authorization = '' }: Record<string, string>) => /Signature=(\w+)/.exec(authorization)?.[1];

describe('requests to an object store', () => {
  test('are signed as in the documented example of a GET', () => {
    const url = new URL('https://examplebucket.s3.amazonaws.com/test.txt');
    const headers = signed('GET', url, '', KEY, { time, headers: { range: 'bytes=0-9' } });
    expect(signature(headers)).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  });

  test('are signed as in the documented example of a PUT', () => {
    const url = new URL('https://examplebucket.s3.amazonaws.com/test%24file.text');
    const more = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' };
    const headers = signed('PUT', url, 'Welcome to Amazon S3.', KEY, { time, headers: more });
    expect(signature(headers)).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  });

  test('fails to be the same for another key', () => {
    const url = new URL('https://examplebucket.s3.amazonaws.com/test.txt');
    const [one, other] = ['a', 'b'].map((secretAccessKey) =>
      signed('GET', url, '', { ...KEY, secretAccessKey }, { time }),
    );
    expect(signature(one ?? {})).not.toBe(signature(other ?? {}));
  });
});
