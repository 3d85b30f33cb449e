import { Duration, Size } from 'cdk8s';
import type { KafkaProps } from '../../components/data/kafka';
import type { MinioProps } from '../../components/data/minio';
import type { PostgresProps } from '../../components/data/postgres';
import type { LocustProps } from '../../components/load-test/locust';
import type { GrafanaProps } from '../../components/observability/grafana';
import type { PrometheusProps } from '../../components/observability/prometheus';
import type { ReplicaRange } from '../../kube/objects/inventory';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import type { Sample } from './programs/preprocess';

/** How large everything of the pipeline is. */
export interface FltsProfile {
  readonly kafka: Required<Pick<KafkaProps, 'brokers' | 'storage' | 'resources'>>;
  readonly minio: Required<Pick<MinioProps, 'storage' | 'resources'>>;
  readonly postgres: Required<Pick<PostgresProps, 'storage' | 'resources'>>;
  readonly mlflow: { readonly resources: Resources; readonly workers: number };
  readonly gateway: { readonly resources: Resources };
  readonly preprocess: { readonly resources: Resources; readonly sample: Sample | 'all' };
  /** Each of the trainers GRU and LSTM. */
  readonly networks: { readonly resources: Resources; readonly replicas: number; readonly epochs: number };
  readonly prophet: { readonly resources: Resources; readonly replicas: number };
  readonly evaluator: { readonly resources: Resources };
  readonly inference: { readonly resources: Resources; readonly replicas: ReplicaRange };
  /** Each replica of what is before the servers. */
  readonly loadBalancer: { readonly resources: Resources; readonly replicas: number };
  /** What forecasts in the background. */
  readonly worker: { readonly resources: Resources };
  readonly prometheus: Required<Pick<PrometheusProps, 'storage' | 'retention' | 'resources'>>;
  readonly kafkaExporter: { readonly resources: Resources };
  readonly grafana: Pick<GrafanaProps, 'storage' | 'resources'>;
  readonly loadTest: Required<Pick<LocustProps, 'workers' | 'resources'>>;
}

/**
 * For a cluster of 4 CPU and 8 GiB, with room for its own pods. The published numbers ask for 4.2 CPU and 8.1 GiB, so
 * that most pods ask for less here; their limits are the published ones or nearly so. Of the 2 to 8 servers that were
 * asked for, 3 are what such a cluster has room for.
 */
export const FLTS_SMALL: FltsProfile = {
  kafka: {
    brokers: 1,
    storage: Size.gibibytes(5),
    resources: computeResources({ millicores: [200, 500], mebibytes: [512, 1024] }),
  },
  minio: { storage: Size.gibibytes(5), resources: computeResources({ millicores: [100, 250], mebibytes: [256, 512] }) },
  postgres: {
    storage: Size.gibibytes(2),
    resources: computeResources({ millicores: [100, 250], mebibytes: [192, 512] }),
  },
  mlflow: { workers: 1, resources: computeResources({ millicores: [100, 250], mebibytes: [448, 768] }) },
  gateway: { resources: computeResources({ millicores: [50, 500], mebibytes: [192, 512] }) },
  preprocess: {
    sample: { trainRows: 50, testRows: 30, strategy: 'head', seed: 45 },
    resources: computeResources({ millicores: [100, 1000], mebibytes: [256, 2048] }),
  },
  networks: {
    replicas: 1,
    epochs: 5,
    resources: computeResources({ millicores: [250, 1000], mebibytes: [640, 2048] }),
  },
  prophet: { replicas: 1, resources: computeResources({ millicores: [150, 500], mebibytes: [448, 1024] }) },
  evaluator: { resources: computeResources({ millicores: [100, 500], mebibytes: [384, 1024] }) },
  inference: {
    replicas: { minReplicas: 2, maxReplicas: 3 },
    resources: computeResources({ millicores: [200, 500], mebibytes: [448, 1024] }),
  },
  loadBalancer: { replicas: 1, resources: computeResources({ millicores: [50, 200], mebibytes: [64, 128] }) },
  worker: { resources: computeResources({ millicores: [100, 500], mebibytes: [384, 1024] }) },
  prometheus: {
    storage: { type: 'scratch', size: Size.gibibytes(2) },
    retention: Duration.days(7),
    resources: computeResources({ millicores: [100, 500], mebibytes: [256, 1024] }),
  },
  kafkaExporter: { resources: computeResources({ millicores: [20, 200], mebibytes: [32, 128] }) },
  grafana: { resources: computeResources({ millicores: [100, 250], mebibytes: [192, 512] }) },
  loadTest: {
    workers: 2,
    resources: {
      master: computeResources({ millicores: [100, 250], mebibytes: [128, 256] }),
      worker: computeResources({ millicores: [100, 250], mebibytes: [128, 256] }),
    },
  },
};

/** For 30 CPU and 50 GiB. At the maximum of the autoscaler it asks for 1.7 times as much: let the pool grow to it. */
export const FLTS_PRODUCTION: FltsProfile = {
  kafka: {
    brokers: 3,
    storage: Size.gibibytes(20),
    resources: computeResources({ millicores: [1000, 2000], mebibytes: [2048, 4096] }),
  },
  minio: {
    storage: Size.gibibytes(100),
    resources: computeResources({ millicores: [500, 1000], mebibytes: [1024, 2048] }),
  },
  postgres: {
    storage: Size.gibibytes(50),
    resources: computeResources({ millicores: [1000, 2000], mebibytes: [2048, 4096] }),
  },
  mlflow: { workers: 2, resources: computeResources({ millicores: [500, 1000], mebibytes: [1024, 2048] }) },
  gateway: { resources: computeResources({ millicores: [100, 500], mebibytes: [256, 512] }) },
  preprocess: {
    sample: { trainRows: 50, testRows: 50, strategy: 'head', seed: 42 },
    resources: computeResources({ millicores: [500, 1000], mebibytes: [1024, 2048] }),
  },
  networks: {
    replicas: 2,
    epochs: 50,
    resources: computeResources({ millicores: [2000, 4000], mebibytes: [4096, 8192] }),
  },
  prophet: { replicas: 1, resources: computeResources({ millicores: [1000, 2000], mebibytes: [2048, 4096] }) },
  evaluator: { resources: computeResources({ millicores: [500, 1000], mebibytes: [1024, 2048] }) },
  inference: {
    replicas: { minReplicas: 4, maxReplicas: 20 },
    resources: computeResources({ millicores: [1000, 2000], mebibytes: [2048, 4096] }),
  },
  loadBalancer: { replicas: 2, resources: computeResources({ millicores: [200, 500], mebibytes: [256, 512] }) },
  worker: { resources: computeResources({ millicores: [1000, 2000], mebibytes: [2048, 4096] }) },
  prometheus: {
    storage: { type: 'claim', size: Size.gibibytes(20) },
    retention: Duration.days(7),
    resources: computeResources({ millicores: [1000, 2000], mebibytes: [2048, 4096] }),
  },
  kafkaExporter: { resources: computeResources({ millicores: [20, 200], mebibytes: [32, 128] }) },
  grafana: {
    storage: Size.gibibytes(5),
    resources: computeResources({ millicores: [250, 500], mebibytes: [512, 1024] }),
  },
  loadTest: {
    workers: 8,
    resources: {
      master: computeResources({ millicores: [100, 250], mebibytes: [256, 512] }),
      worker: computeResources({ millicores: [250, 500], mebibytes: [256, 512] }),
    },
  },
};
