import type { Kafka } from '../../components/data/kafka';
import type { Tracking } from '../../components/pipeline/stores';
import type { HttpConnection } from '../../kube/connections';
import type { FltsImages } from './images';
import type { FltsProfile } from './profiles';

/** What every program of the pipeline is given. */
export interface FltsProgramsProps {
  readonly profile: FltsProfile;
  readonly images: FltsImages | undefined;
  /** Whose data it is. */
  readonly identifier: string;
  readonly kafka: Kafka;
  readonly gateway: HttpConnection;
  readonly tracking: Tracking;
}
