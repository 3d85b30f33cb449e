import { describe, expect, it } from 'vitest';
import { findCredentials } from '../../../lib/kube/credentials/scan';
import { random } from './places';

/** What is found in a document, one a line: `path: what`. */
function found(document: unknown): string[] {
  return findCredentials(document).map(({ path, what }) => `${path}: ${what}`);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the scan finds', () => {
  it.each<[string, unknown, string]>([
    [
      'an environment variable',
      {
        env: [
          { name: 'HOST', value: 'db' },
          { name: 'DB_PASSWORD', value: 's3cr3t' },
        ],
      },
      "env[1].value: a value of 'DB_PASSWORD'",
    ],
    ['a number', { password: 123456 }, "password: a value of 'password'"],
    ['a field in camel case', { auth: { adminPassword: 's3cr3t' } }, "auth.adminPassword: a value of 'adminPassword'"],
    ['one that is one word', { env: { PGPASSWORD: 's3cr3t' } }, "env.PGPASSWORD: a value of 'PGPASSWORD'"],
    ['a key of a ConfigMap', { data: { 'api-key': 's3cr3t' } }, "data.api-key: a value of 'api-key'"],
    [
      'an annotation',
      { metadata: { annotations: { 'example.org/token': 's3cr3t' } } },
      'metadata.annotations["example.org/token"]: a value of \'example.org/token\'',
    ],
    ['an access key', { s3: { awsAccessKeyId: 's3cr3t' } }, "s3.awsAccessKeyId: a value of 'awsAccessKeyId'"],
    ['a secret in plain words', { configuration: { secret: 's3cr3t' } }, "configuration.secret: a value of 'secret'"],
    ['a flag', { args: ['serve', '--db-password=s3cr3t'] }, "args[1]: a value of '--db-password'"],
    ['a flag and its value', { args: ['--token', 's3cr3t'] }, "args[1]: a value of '--token'"],
    [
      'a variable of a shell',
      { command: ['sh', '-c', 'PGPASSWORD=s3cr3t psql'] },
      "command[2]: a value of 'PGPASSWORD'",
    ],
    ['a login in a URL', { url: 'postgresql://app:s3cr3t@db.svc:5432/app' }, 'url: a URL with a password'],
    ['a login without a user', { args: ['--redis', 'redis://:s3cr3t@redis:6379'] }, 'args[1]: a URL with a password'],
    ['a parameter of a URL', { url: 'jdbc:postgresql://db/app?user=a&password=s3cr3t' }, "url: a value of 'password'"],
    ['a connection string', { dsn: 'host=db user=app password=s3cr3t' }, "dsn: a value of 'password'"],
    [
      'JSON in a ConfigMap',
      { data: { 'c.json': '{"db": {"password": "s3cr3t"}}' } },
      'data["c.json"]: a value of \'password\'',
    ],
    [
      'YAML in a ConfigMap',
      { data: { 'c.yaml': 'db:\n  password: s3cr3t\n' } },
      'data["c.yaml"]: a value of \'password\'',
    ],
    [
      'INI in a ConfigMap',
      { data: { 'c.ini': '[db]\npassword = s3cr3t # no\n' } },
      'data["c.ini"]: a value of \'password\'',
    ],
    ['SQL', { postInitSQL: ["CREATE ROLE app LOGIN PASSWORD 's3cr3t'"] }, "postInitSQL[0]: a value of 'PASSWORD'"],
    [
      'a private key',
      { data: { 'tls.key': '-----BEGIN RSA PRIVATE KEY-----\nMII' } },
      'data["tls.key"]: a private key',
    ],
    ['a token of GitHub', { note: `see ghp_${random(36)}` }, 'note: a token'],
    ['a token of Hugging Face', { env: { X: `hf_${random(34, /[a-zA-Z]/)}` } }, 'env.X: a token'],
    ['an access key of AWS', { id: `AKIA${random(16, /[A-Z2-7]/)}` }, 'id: a token'],
    [
      'a header',
      { headers: [{ name: 'Authorization', value: 'Bearer abc.def' }] },
      "headers[0].value: a value of 'Authorization'",
    ],
    [
      'a URL in base64',
      { data: { url: base64('postgresql://app:s3cr3t@db/app') } },
      'data.url: a URL with a password, in base64',
    ],
    ['a private key in base64', { data: base64('-----BEGIN PRIVATE KEY-----\n') }, 'data: a private key, in base64'],
    [
      'a login of a registry',
      { '.dockerconfigjson': base64('{"auths":{"example.org":{"password":"s3cr3t"}}}') },
      '[".dockerconfigjson"]: a value of \'password\', in base64',
    ],
    ['a text that is all of a document', 'password=s3cr3t', ": a value of 'password'"],
    ['a password with a percent sign', { url: 'postgresql://labels:hunter%402@db' }, 'url: a URL with a password'],
    ['a password with a dollar sign', { url: 'postgresql://labels:p$ss@db' }, 'url: a URL with a password'],
    ['a password in parentheses', { url: 'postgresql://labels:s3cr3t(1)@db' }, 'url: a URL with a password'],
    ['a password behind a variable', { url: `postgresql://\${U:-app}:s3cr3t@db` }, 'url: a URL with a password'],
    ['a flag with a percent sign', { args: ['--password=s3cr%t'] }, "args[0]: a value of '--password'"],
    ['an open parenthesis', { args: ['password=hunter(2'] }, "args[0]: a value of 'password'"],
    ['two references and what is between', { password: '{{a}}s3cr3t{{b}}' }, "password: a value of 'password'"],
    ['a default value', { script: `psql --password=\${P:-s3cr3t}` }, "script: a value of '--password'"],
  ])('%s', (_, document, finding) => {
    expect(found(document)).toContain(finding);
  });
});

describe('the scan takes for no credential', () => {
  it.each<[string, unknown]>([
    ['a key of a Secret', { env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }] }],
    [
      'names of Secrets',
      { imagePullSecrets: [{ name: 'mirror' }], volumes: [{ secret: { secretName: 'db-password' } }] },
    ],
    ['a reference of a chart', { passwordSecretRef: { name: 'zenml-db', key: 'password' }, existingSecret: 'db' }],
    [
      'keys of a Secret that a chart reads',
      { existingSecret: { name: 'stac-db', keys: { username: 'username', password: 'password', token: 'token' } } },
    ],
    ['names of keys', { keyOfSecretAccessKey: 'AWS_SECRET_ACCESS_KEY', passwordKey: 'password', secretKeyName: 'x' }],
    ['a list of references', { environmentSecretKeyRefs: [{ name: 'KEY', secretName: 'a', secretKey: 'encryption' }] }],
    ['a checksum', { annotations: { 'checksum/credentials': 'd0b43266eec995fd' } }],
    ['the Secret of an Ingress', { annotations: { 'nginx.ingress.kubernetes.io/auth-secret': 'users' } }],
    ['a template', { tracking_password: '{{mlflow.password}}', url: 'postgresql://app:{{ .p }}@db/app' }],
    ['a variable', { args: ['--password=$(DB_PASSWORD)', '--token', '$TOKEN'], env: { PASSWORD: `\${X}` } }],
    ['a variable in a URL', { url: 'postgresql://app:$(DB_PASSWORD)@db/app' }],
    ['a user with a default value in a URL', { url: `postgresql://\${U:-app}:\${P}@db/app` }],
    ['a format', { url: 'postgresql://%s:%s@db/app', dsn: 'user={user} password={password}' }],
    ['a placeholder', { url: 'postgresql://app:<password>@db/app', args: ['--password=‹of the database›'] }],
    ['a header with a variable', { headers: [{ name: 'Authorization', value: 'Bearer $(TOKEN)' }] }],
    ['a template in an argument', { args: ['--password={{ .Values.password }}'] }],
    ['a call', { script: 'connect(password=os.getenv("P"), token=read_token())\npassword="$(cat "$FILE")"\n' }],
    ['a list that is empty', { data: { 'c.yaml': 'db:\n  password: []\n  secret: {}\n' } }],
    ['a URL with a user', { url: 'postgresql://zenml@postgres.fair.svc:5432/zenml' }],
    ['a reference to a store', { password: 'ref+awssecrets://app/db#password' }],
    ['nobody', { tracking_username: 'anonymous', tracking_password: 'anonymous', password: '' }],
    ['a switch', { automountServiceAccountToken: false, usePassword: true, ENABLE_PASSWORD: 'true' }],
    ['a number of tokens', { args: ['--max-token=512'], env: { MAX_TOKEN: '512' }, max_token: 512 }],
    [
      'what a name tells about',
      { tokenUrl: 'https://id.example.org', passwordFile: '/run/p', jwtTokenExpireMinutes: 60 },
    ],
    ['a quota of Secrets', { hard: { secrets: '10', 'count/secrets': '5' } }],
    ['a rule of RBAC', { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }],
    ['a documented password within a word', { name: 'minioadmin-console', image: 'example.org/changeme:1' }],
    ['a word that ends like one', { compass: 'north', bypass: 'yes-please', PWD: '/app', monkey: 'x' }],
    ['a mode', { authorization: 'RBAC' }],
    ['an image with a digest', { image: 'docker://example.org:5000/app@sha256:0123456789abcdef' }],
    ['SQL of psql', { sql: `ALTER ROLE "a" PASSWORD :'password';\nSELECT format('PASSWORD %L', p);` }],
    ['a shell', { script: 'password=$(cat /run/p)\nexec app --password="$password" --token "$TOKEN"\n' }],
    ['a comment', { script: '# password: see the wiki\n-- Where it is not set, the password = none\n' }],
    ['a name that is base64 by chance', { name: 'postgres', app: 'inference-config', hash: 'abcd'.repeat(16) }],
    ['nothing', { a: null, b: [], c: {}, d: undefined, e: 1.5 }],
  ])('%s', (_, document) => {
    expect(found(document)).toEqual([]);
  });
});
