import type { Kafka } from '../../components/data/kafka';
import type { HttpConnection } from '../../kube/network/connections';
import type { FltsImages } from './images';
import type { FltsProfile } from './profiles';
import type { Tracking } from './programs/stores';

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
