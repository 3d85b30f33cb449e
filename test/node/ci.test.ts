import { ci } from '../../environments';
import { comesUp } from './comes-up';
import { comesBack } from './faults';
import { modelsAreServed } from './models';
import { policiesHold } from './policies';
import { describeEnvironment } from './stage';
import { rotates, storesWork } from './stores';

// One node, all stacks.
describeEnvironment(ci, 'all', (stage) => {
  comesUp(stage);
  policiesHold(stage);
  storesWork(stage);
  rotates(stage);
  modelsAreServed(stage);
  comesBack(stage);
});
