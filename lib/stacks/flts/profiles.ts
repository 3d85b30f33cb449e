import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { KafkaProps } from '../../components/data/kafka';
import type { MinioProps } from '../../components/data/minio';
import type { PostgresProps } from '../../components/data/postgres';
import type { LocustProps } from '../../components/load-test/locust';
import type { GrafanaProps } from '../../components/observability/grafana';
import type { PrometheusProps } from '../../components/observability/prometheus';
import type { ReplicaRange } from '../../kube/objects/inventory';
import type { Resources } from '../../kube/resources/quantities';
import type { Sample } from './programs/preprocess';

/** How large everything of the pipeline is. */
export interface FltsProfile {
  readonly kafka: Required<Pick<KafkaProps, 'brokers' | 'storage' | 'resources'>>;
  readonly minio: Required<Pick<MinioProps, 'storage' | 'resources'>>;
  readonly postgres: Required<Pick<PostgresProps, 'storage' | 'resources'>>;
  readonly mlflow: { readonly resources: Resources; readonly workers: number };
  readonly gateway: { readonly resources: Resources };
  readonly preprocess: { readonly resources: Resources; readonly sample: Sample };
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

/** Thousandths of a core and MiB: what is asked for, and at most. */
function amounts(cpu: number, memory: number, cpuLimit: number, memoryLimit: number): Resources {
  return {
    requests: { cpu: Cpu.millis(cpu), memory: Size.mebibytes(memory) },
    limits: { cpu: Cpu.millis(cpuLimit), memory: Size.mebibytes(memoryLimit) },
  };
}

/**
 * For a cluster of 4 CPU and 8 GiB, with room for its own pods. The published numbers ask for 4.2 CPU and 8.1 GiB, so
 * that most pods ask for less here; their limits are the published ones or nearly so. Of the 2 to 8 servers that were
 * asked for, 3 are what such a cluster has room for.
 */
export const FLTS_SMALL: FltsProfile = {
  kafka: { brokers: 1, storage: Size.gibibytes(5), resources: amounts(200, 512, 500, 1024) },
  minio: { storage: Size.gibibytes(5), resources: amounts(100, 256, 250, 512) },
  postgres: { storage: Size.gibibytes(2), resources: amounts(100, 192, 250, 512) },
  mlflow: { workers: 1, resources: amounts(100, 448, 250, 768) },
  gateway: { resources: amounts(50, 192, 500, 512) },
  preprocess: {
    sample: { trainRows: 50, testRows: 30, strategy: 'head', seed: 45 },
    resources: amounts(100, 256, 1000, 2048),
  },
  networks: { replicas: 1, epochs: 5, resources: amounts(250, 640, 1000, 2048) },
  prophet: { replicas: 1, resources: amounts(150, 448, 500, 1024) },
  evaluator: { resources: amounts(100, 384, 500, 1024) },
  inference: { replicas: { minReplicas: 2, maxReplicas: 3 }, resources: amounts(200, 448, 500, 1024) },
  loadBalancer: { replicas: 1, resources: amounts(50, 64, 200, 128) },
  worker: { resources: amounts(100, 384, 500, 1024) },
  prometheus: {
    storage: { type: 'scratch', size: Size.gibibytes(2) },
    retention: Duration.days(7),
    resources: amounts(100, 256, 500, 1024),
  },
  kafkaExporter: { resources: amounts(20, 32, 200, 128) },
  grafana: { resources: amounts(100, 192, 250, 512) },
  loadTest: {
    workers: 2,
    resources: { master: amounts(100, 128, 250, 256), worker: amounts(100, 128, 250, 256) },
  },
};

/** For 30 CPU and 50 GiB. At the maximum of the autoscaler it asks for 1.7 times as much: let the pool grow to it. */
export const FLTS_PRODUCTION: FltsProfile = {
  kafka: { brokers: 3, storage: Size.gibibytes(20), resources: amounts(1000, 2048, 2000, 4096) },
  minio: { storage: Size.gibibytes(100), resources: amounts(500, 1024, 1000, 2048) },
  postgres: { storage: Size.gibibytes(50), resources: amounts(1000, 2048, 2000, 4096) },
  mlflow: { workers: 2, resources: amounts(500, 1024, 1000, 2048) },
  gateway: { resources: amounts(100, 256, 500, 512) },
  preprocess: {
    sample: { trainRows: 50, testRows: 50, strategy: 'head', seed: 42 },
    resources: amounts(500, 1024, 1000, 2048),
  },
  networks: { replicas: 2, epochs: 50, resources: amounts(2000, 4096, 4000, 8192) },
  prophet: { replicas: 1, resources: amounts(1000, 2048, 2000, 4096) },
  evaluator: { resources: amounts(500, 1024, 1000, 2048) },
  inference: { replicas: { minReplicas: 4, maxReplicas: 20 }, resources: amounts(1000, 2048, 2000, 4096) },
  loadBalancer: { replicas: 2, resources: amounts(200, 256, 500, 512) },
  worker: { resources: amounts(1000, 2048, 2000, 4096) },
  prometheus: {
    storage: { type: 'claim', size: Size.gibibytes(20) },
    retention: Duration.days(7),
    resources: amounts(1000, 2048, 2000, 4096),
  },
  kafkaExporter: { resources: amounts(20, 32, 200, 128) },
  grafana: { storage: Size.gibibytes(5), resources: amounts(250, 512, 500, 1024) },
  loadTest: {
    workers: 8,
    resources: { master: amounts(100, 256, 250, 512), worker: amounts(250, 256, 500, 512) },
  },
};
