import { describe, expect, test } from 'vitest';
import { type LocalStackProps, localStack } from '../../../../lib/stacks/fair/zenml/local-stack';

const props: LocalStackProps = {
  name: 'dev',
  version: '0.94.2',
  bucket: { bucket: 'zenml', endpoint: 'http://minio.fair.svc:9000' },
  objectStoreUrl: 'http://localhost:9000',
  accessKey: { accessKeyId: 'id', secretAccessKey: 'key' },
  tracker: { url: 'http://localhost:5000' },
};

describe('localStack', () => {
  test('is a stack of the version of ZenML that runs, with what localhost reaches', () => {
    expect(localStack(props)).toEqual({
      zenml_version: '0.94.2',
      stack_name: 'dev',
      components: {
        orchestrator: { name: 'default', flavor: 'local', configuration: {} },
        artifact_store: {
          name: 'dev_artifacts',
          flavor: 's3',
          configuration: {
            path: 's3://zenml',
            key: 'id',
            secret: 'key',
            client_kwargs: { endpoint_url: 'http://localhost:9000' },
          },
        },
        experiment_tracker: {
          name: 'dev_tracker',
          flavor: 'mlflow',
          configuration: {
            tracking_uri: 'http://localhost:5000',
            tracking_username: 'anonymous',
            tracking_password: 'anonymous',
          },
        },
      },
    });
  });

  test('refers to a secret of ZenML where MLflow asks for a login', () => {
    const { experiment_tracker } = localStack({
      ...props,
      tracker: { url: 'http://x', loginSecret: 'mlflow' },
    }).components;
    expect(experiment_tracker.configuration).toEqual({
      tracking_uri: 'http://x',
      tracking_username: '{{mlflow.username}}',
      tracking_password: '{{mlflow.password}}',
    });
  });

  test('fails for a name that is none', () => {
    expect(() => localStack({ ...props, name: 'my stack' })).toThrow(
      "ZenML stack 'my stack': 'name' must be a DNS label",
    );
  });
});
