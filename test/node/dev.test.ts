import { dev } from '../../environments';
import { comesUp } from './comes-up';
import { outlivesItsKubelet } from './faults';
import { forecasts } from './forecasts';
import { gpusAreGiven } from './gpus';
import { fltsIsUsed, inferenceIsWatched, portsAreForwarded } from './pages';
import { policiesHold } from './policies';
import { describeEnvironment } from './stage';

// Three nodes with labels and taints, one of them with a GPU, and the stack `flts`: what `ci` has no room for.
describeEnvironment(dev, 'fair,inference,flts', (stage) => {
  comesUp(stage);
  policiesHold(stage);
  inferenceIsWatched(stage);
  // That is the node of the stack `inference`: the pipeline is on the third.
  outlivesItsKubelet(stage, () => {
    forecasts(stage);
    fltsIsUsed(stage);
    portsAreForwarded(stage);
    gpusAreGiven(stage);
  });
});
