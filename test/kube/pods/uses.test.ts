import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AWS_VARIABLES,
  bucket,
  type DatabaseValue,
  database,
  envOf,
  http,
  mention,
  PG_VARIABLES,
  type UseVariables,
  withUses,
} from '../../../lib/kube/pods/uses';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { images } from '../../../lib/versions';
import { testChart } from '../../support/synth';

const password = new SecretRef('labels-db').key('password');
const labels = { host: 'postgres.demo.svc', port: 5432, database: 'labels', username: 'labeler', password };
const keys = new SecretRef('minio');
const credentials = { accessKeyId: keys.key('id'), secretAccessKey: keys.key('secret') };
const pictures = { bucket: 'images', endpoint: 'http://minio.demo.svc:9000', credentials };

describe('a database', () => {
  it('is what libpq reads, and a way to its server', () => {
    expect(database(labels)).toEqual({
      env: { PGHOST: labels.host, PGPORT: '5432', PGDATABASE: 'labels', PGUSER: 'labeler', PGPASSWORD: password },
      addresses: [{ host: labels.host, port: 5432 }],
      wait: undefined,
    });
  });

  it('has exactly the variables that are asked for, in their order', () => {
    const { env } = database(labels, { variables: { password: ['DB_PASS', 'PGPASSWORD'], host: 'DB_HOST' } });
    expect(Object.entries(env)).toEqual([
      ['DB_PASS', password],
      ['PGPASSWORD', password],
      ['DB_HOST', labels.host],
    ]);
    expect(database(labels, { variables: { ...PG_VARIABLES, host: 'DB_HOST' } }).env).toMatchObject({
      DB_HOST: labels.host,
      PGUSER: 'labeler',
    });
  });

  it('is waited for on request, by an image and a name of its own where that is said', () => {
    expect(database(labels, { wait: true }).wait).toMatchObject({ name: 'wait-for-database', image: images.postgis });
    const wait = { name: 'wait-for-labels', image: 'example.org/psql:17.0.0' };
    expect(database(labels, { wait }).wait).toMatchObject(wait);
    expect(database(labels, { wait: false }).wait).toBeUndefined();
  });

  it('fails for a value that it does not have', () => {
    const variables = { url: 'DATABASE_URL' } as UseVariables<DatabaseValue>;
    expect(() => database(labels, { variables })).toThrow(
      "database(): 'variables' must be one of 'host', 'port', 'database', 'username', 'password', got 'url'",
    );
  });
});

describe('a bucket', () => {
  it('is what AWS clients read, and its name', () => {
    expect(bucket({ ...pictures, path: 'raw/2026' })).toMatchObject({
      env: {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_ENDPOINT_URL: pictures.endpoint,
        // Some clients do not start without one.
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        BUCKET_NAME: 'images',
        BUCKET_PATH: 'raw/2026',
      },
      addresses: [{ host: 'minio.demo.svc', port: 9000 }],
    });
  });

  it('of AWS itself has no endpoint, no keys where a role opens it, and is not waited for', () => {
    const role = bucket({ bucket: 'images', region: 'eu-west-1', roleArn: 'arn' }, { wait: true });
    expect(role).toEqual({
      env: { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1', BUCKET_NAME: 'images' },
      addresses: [{ host: 's3.amazonaws.com', port: 443 }],
      wait: undefined,
    });
    expect(bucket({ bucket: 'images' }).env).toEqual({ BUCKET_NAME: 'images' });
  });

  it('is known to clients of MinIO by host and port, and to others by its URI', () => {
    const { env } = bucket(pictures, { variables: { host: 'MINIO_ENDPOINT', uri: 'DATA' } });
    expect(env).toEqual({ MINIO_ENDPOINT: 'minio.demo.svc:9000', DATA: 's3://images' });
  });

  it('is waited for at its endpoint', () => {
    expect(bucket(pictures, { wait: true }).wait).toMatchObject({
      name: 'wait-for-bucket',
      env: { URL: pictures.endpoint },
    });
  });
});

describe('an HTTP server', () => {
  const tagger = { host: 'tagger.demo.svc', port: 8000, url: 'http://tagger.demo.svc:8000' };

  it('is its URL in a variable, from a connection or as a text', () => {
    expect(http(tagger, 'TAGGER_URL')).toEqual({
      env: { TAGGER_URL: tagger.url },
      addresses: [{ host: tagger.host, port: 8000 }],
      wait: undefined,
    });
    const { env, addresses } = http('https://api.example.org/v1', 'API');
    expect({ env, addresses }).toEqual({
      env: { API: 'https://api.example.org/v1' },
      addresses: [{ host: 'api.example.org', port: 443 }],
    });
  });

  it('is waited for by a container that is named after the variable', () => {
    expect(http(tagger, 'TAGGER_URL', { wait: true }).wait).toMatchObject({ name: 'wait-for-tagger-url' });
  });

  it.each(['tagger:8000', 'postgresql://db/labels', 'http://', ''])('fails for %j, which is no URL of one', (url) => {
    expect(() => http(url, 'TAGGER_URL')).toThrow(`http(): 'server' must be an http or https URL, got '${url}'`);
  });
});

it('fails for two values in one variable, and for a bucket whose endpoint is no URL', () => {
  const variables = { host: 'DB', port: 'DB' };
  expect(() => database(labels, { variables })).toThrow("database(): 'variables' must have no duplicates, got 'DB'");
  expect(() => bucket({ bucket: 'a', endpoint: 'minio:9000' })).toThrow(
    "bucket(): 'endpoint' must be an http or https URL, got 'minio:9000'",
  );
});

it.each<[string, () => unknown, string]>([
  [
    'an unknown option',
    () => database(labels, { wiat: true } as object),
    "database(): 'wiat' must be a known property",
  ],
  ['one of a bucket', () => bucket(pictures, { region: 'a' } as object), "bucket(): 'region' must be a known property"],
  [
    'one of an HTTP server',
    () => http('http://a', 'A', { variables: {} } as object),
    "http(): 'variables' must be a known property (wait)",
  ],
  [
    'one of waiting',
    () => database(labels, { wait: { nmae: 'a' } as object }),
    "database(): 'wait.nmae' must be a known property (name, image)",
  ],
  [
    'one of waiting for AWS, which is not waited for',
    () => bucket({ bucket: 'a' }, { wait: { nmae: 'a' } as object }),
    "bucket(): 'wait.nmae' must be a known property (name, image)",
  ],
  [
    'words for whether to wait',
    () => http('http://a', 'A', { wait: 'yes' as never }),
    "http(): 'wait' must be an object (name, image) or be left out, got 'yes'",
  ],
  [
    'variables that are no object',
    () => database(labels, { variables: true as never }),
    "database(): 'variables' must be an object or be left out, got true",
  ],
  [
    'options that are no object',
    () => database(labels, true as never),
    "database(): 'props' must be an object (variables, wait, connections) or be left out, got true",
  ],
])('fails for %s', (_, use, message) => {
  expect(use).toThrow(message);
});

it('fails to mention a server without a reason', () => {
  expect(mention(labels, 'shown on a page').env).toEqual({});
  expect(() => mention(labels, ' ')).toThrow("mention(): 'reason' must say why the pods do not connect, got ' '");
});

describe('the variables of a container', () => {
  const chart = testChart();

  it('begin with those of its uses, so that others can be made of them', () => {
    const env = withUses(chart, [database(labels)], { DATABASE_URL: 'postgresql://$(PGUSER)@$(PGHOST)' });
    expect(Object.keys(env)).toEqual([...Object.keys(database(labels).env), 'DATABASE_URL']);
  });

  it('may be written once by two uses that agree', () => {
    const { bucket: _, ...variables } = AWS_VARIABLES;
    const other = bucket({ ...pictures, bucket: 'masks' }, { variables: { ...variables, bucket: 'MASKS' } });
    expect(withUses(chart, [bucket(pictures), other])).toMatchObject({ BUCKET_NAME: 'images', MASKS: 'masks' });
  });

  it('fail where two uses write one differently', () => {
    expect(() => withUses(chart, [bucket(pictures), bucket({ ...pictures, bucket: 'masks' })])).toThrow(
      "demo: 'uses' must write each variable once (give one of them other 'variables'), got 'BUCKET_NAME'",
    );
  });

  it('fail where the container writes one differently', () => {
    expect(() => withUses(chart, [database(labels)], { PGHOST: 'localhost' })).toThrow(
      "demo: 'env.PGHOST' must be left to 'uses', which writes it, got 'localhost'",
    );
  });

  it('are those of all uses and of the container, which keeps its order', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[A-Z]{1,2}$/));
    fc.assert(
      fc.property(names, names, (used, own) => {
        const value = (name: string) => `value of ${name}`;
        const record = (list: readonly string[]) => Object.fromEntries(list.map((name) => [name, value(name)]));
        const uses = used.map((name) => ({ env: record([name]), addresses: [] }));
        const env = withUses(chart, uses, record(own));
        expect(env).toEqual({ ...envOf(uses), ...record(own) });
        expect(Object.keys(env)).toEqual([...used.filter((name) => !own.includes(name)), ...own]);
      }),
    );
  });
});
