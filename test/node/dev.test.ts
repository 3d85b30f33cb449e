import { dev } from '../../environments';
import { comesUp } from './comes-up';
import { forecasts } from './forecasts';
import { gpusAreGiven } from './gpus';
import { goes } from './pages';
import { policiesHold } from './policies';
import { describeEnvironment } from './stage';

// Three nodes with labels and taints, one of them with a GPU: what the environment `ci` has no room for.
describeEnvironment(dev, 'fair,inference,flts', (stage) => {
  comesUp(stage);
  policiesHold(stage);
  forecasts(stage);
  gpusAreGiven(stage);
  goes(stage);
});
