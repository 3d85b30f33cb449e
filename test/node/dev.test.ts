import { dev } from '../../environments';
import { comesUp } from './comes-up';
import { policiesHold } from './policies';
import { describeEnvironment } from './stage';

// Three nodes with labels and taints: what the environment `ci` has no room for.
describeEnvironment(dev, 'fair,inference,flts', (stage) => {
  comesUp(stage);
  policiesHold(stage);
});
