import { ci } from '../../environments';
import { comesUp } from './comes-up';
import { policiesHold } from './policies';
import { describeEnvironment } from './stage';

describeEnvironment(ci, 'all', (stage) => {
  comesUp(stage);
  policiesHold(stage);
});
