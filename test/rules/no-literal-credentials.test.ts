import { container, deployment, object } from '../support/manifests';
import { describeRule, leaves, type Manifest, nameOf, type Rule, world } from '../support/rules';

const CREDENTIAL = /(^|_|-)(password|passwd|pwd|secret|token|api_?key|access_?key|secret_?key|credentials?)$/i;
const URL_WITH_PASSWORD = /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i;

const rule: Rule = ({ config, objects }) =>
  objects.flatMap((manifest) => {
    if (manifest.kind === 'Secret')
      return config.local ? [] : [`${nameOf(manifest)}: is written outside a local environment`];
    return problems(manifest).map((text) => `${nameOf(manifest)}: ${text}`);
  });

function problems(manifest: Manifest): string[] {
  return leaves(manifest).flatMap(({ path, value }) => [
    ...(typeof value === 'string' && URL_WITH_PASSWORD.test(value) ? [`${path} holds a URL with a password`] : []),
    ...(path.startsWith('/data/') && CREDENTIAL.test(path) ? [`${path} holds a credential`] : []),
    ...(/\/env\/\d+\/name$/.test(path) && CREDENTIAL.test(String(value)) && at(manifest, path).value !== undefined
      ? [`${value} is a literal`]
      : []),
  ]);
}

/** The entry of a list that a path leads into. */
function at(manifest: Manifest, path: string): Manifest {
  return path
    .split('/')
    .slice(1, -1)
    .reduce((value, key) => value[key], manifest);
}

const env = (...entries: Manifest[]) => world([deployment({ containers: [container({ env: entries })] })]);
const secret = object('Secret', 'db', { data: { password: 'YQ==' } });

describeRule(
  'credentials are in Secrets and nowhere else, and Secrets are written only where everything is local',
  rule,
  {
    good: [
      world([secret]),
      env(
        { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
        { name: 'A', value: 'b' },
      ),
      env({ name: 'URL', value: 'http://minio.fair.svc:9000' }, { name: 'TOKEN_URL', value: 'https://example.org' }),
      world([object('ConfigMap', 'a', { data: { 'a.sql': "ALTER ROLE a PASSWORD :'password'" } })]),
    ],
    bad: [
      [
        world([secret], { config: { name: 'prod', nodePools: [], stacks: {} } }),
        'Secret db: is written outside a local environment',
      ],
      [env({ name: 'POSTGRES_PASSWORD', value: 'a' }), 'Deployment api: POSTGRES_PASSWORD is a literal'],
      [env({ name: 'AWS_SECRET_ACCESS_KEY', value: 'a' }), 'Deployment api: AWS_SECRET_ACCESS_KEY is a literal'],
      [
        env({ name: 'URL', value: 'postgresql://mlflow:mlflow@postgres/mlflow' }),
        'Deployment api: /spec/template/spec/containers/0/env/0/value holds a URL with a password',
      ],
      [
        world([object('ConfigMap', 'a', { data: { DB_PASSWORD: 'a' } })]),
        'ConfigMap a: /data/DB_PASSWORD holds a credential',
      ],
    ],
  },
);
