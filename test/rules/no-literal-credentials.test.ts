import { manifestErrors } from '../../lib/kube/credentials/check';
import { container, deployment, object } from '../support/manifests';
import { describeRule, type Manifest, type Rule, world } from '../support/rules';

const rule: Rule = ({ config, objects }) =>
  objects
    .filter(({ kind }) => kind !== 'Secret' || !config.local)
    .flatMap((manifest) => manifestErrors('dist', manifest))
    .map((error) => error.replace(/ \(a Secret .*?\)/, ''));

const env = (...entries: Manifest[]) => world([deployment({ containers: [container({ env: entries })] })]);
const literal = (what: string) =>
  `dist (Deployment api): 'spec.template.spec.containers[0].env[0].value' must not hold a credential outside a local environment, got ${what}`;
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
        "dist (Secret db): 'data' must not be written outside a local environment, got password",
      ],
      [env({ name: 'POSTGRES_PASSWORD', value: 'a' }), literal("a value of 'POSTGRES_PASSWORD'")],
      [env({ name: 'AWS_SECRET_ACCESS_KEY', value: 'a1b2c3d4' }), literal("a value of 'AWS_SECRET_ACCESS_KEY'")],
      [env({ name: 'URL', value: 'postgresql://mlflow:mlflow@postgres/mlflow' }), literal('a URL with a password')],
      [
        world([object('ConfigMap', 'a', { data: { DB_PASSWORD: 'a' } })]),
        "dist (ConfigMap a): 'data.DB_PASSWORD' must not hold a credential outside a local environment, got a value of 'DB_PASSWORD'",
      ],
    ],
  },
);
