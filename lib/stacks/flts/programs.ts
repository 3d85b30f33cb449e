import type { Kafka } from '../../components/data/kafka';
import type { HttpConnection } from '../../kube/network/connections';
import type { Probes } from '../../kube/pods/probes';
import type { FltsImages } from './images';
import type { FltsProfile } from './profiles';
import type { Settings } from './programs/pipeline-app';
import type { Tracking } from './programs/stores';

/** Variables of each program's image. */
export interface FltsSettings {
  readonly preprocess?: Settings;
  /** Of the trainers GRU and LSTM. */
  readonly networks?: Settings;
  readonly prophet?: Settings;
  readonly evaluator?: Settings;
  /** Of the servers and the worker. */
  readonly inference?: Settings;
}

/** How one sees that a program hangs of which the published image shows nothing. */
export interface FltsLiveness {
  /** Of the trainers GRU and LSTM. */
  readonly networks?: Probes['liveness'];
  readonly prophet?: Probes['liveness'];
  readonly worker?: Probes['liveness'];
}

/** What every program of the pipeline is given. */
export interface FltsProgramsProps {
  readonly profile: FltsProfile;
  readonly images: FltsImages | undefined;
  /** Whose data it is. */
  readonly identifier: string;
  readonly settings: FltsSettings | undefined;
  readonly liveness: FltsLiveness | undefined;
  readonly kafka: Kafka;
  readonly gateway: HttpConnection;
  readonly tracking: Tracking;
}
