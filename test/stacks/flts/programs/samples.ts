import type { ConsumerConnection } from '../../../../lib/kube/network/connections';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';

/** What the programs of the pipeline are given, for the tests that are not about it. */
const keys = new SecretRef('minio-credentials');
const credentials = { accessKeyId: keys.key('accessKey'), secretAccessKey: keys.key('secretKey') };

export const gateway = { host: 'fastapi-app.data.svc', port: 8000, url: 'http://fastapi-app.data.svc:8000' };
export const store = { bucket: 'dataset', endpoint: 'http://minio.data.svc:9000', credentials };
export const tracking = {
  server: { host: 'mlflow.data.svc', port: 5000, url: 'http://mlflow.data.svc:5000' },
  artifacts: { ...store, bucket: 'mlflow' },
};

export function consumer(groupId: string, members: number, ...topics: [string, ...string[]]): ConsumerConnection {
  return { bootstrapServers: 'kafka.data.svc:9092', groupId, topics, members };
}

/** The environment of a container as a record; keys of Secrets are `secret/key`. */
export function envOf(container: { env: { name: string; value?: string; valueFrom?: unknown }[] }) {
  return Object.fromEntries(container.env.map(({ name, value, valueFrom }) => [name, value ?? secretKey(valueFrom)]));
}

function secretKey(valueFrom: unknown): string {
  const { secretKeyRef } = valueFrom as { secretKeyRef: { name: string; key: string } };
  return `${secretKeyRef.name}/${secretKeyRef.key}`;
}
