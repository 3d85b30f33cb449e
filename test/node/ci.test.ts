import { ci } from '../../environments';
import { comesUp, staysAsItIs } from './comes-up';
import { dayEnds } from './day';
import { comesBack } from './faults';
import { autoscales, rolls } from './load';
import { modelsAreServed } from './models';
import { outages } from './outages';
import { goes, prunes, restores } from './pages';
import { policiesHold } from './policies';
import { describeEnvironment } from './stage';
import { rotates, storesWork } from './stores';

// One node, all stacks.
describeEnvironment(ci, 'all', (stage) => {
  comesUp(stage);
  staysAsItIs(stage);
  policiesHold(stage);
  storesWork(stage);
  modelsAreServed(stage);
  autoscales(stage, () => {
    rolls(stage);
    rotates(stage);
    prunes(stage);
    outages(stage);
    restores(stage);
  });
  comesBack(stage);
  goes(stage);
  dayEnds(stage);
});
