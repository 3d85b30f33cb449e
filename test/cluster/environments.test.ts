import { describe, test } from 'vitest';
import { describeProgram } from '../support/programs';
import { accepted, acceptedServerSide, unchanged } from './accepted';
import { autoscales } from './autoscales';
import { beside } from './beside';
import { drains } from './drains';
import { heals } from './heals';
import { modelDeployments } from './model-deployments';
import { placed } from './placed';
import { removed } from './removed';
import { rolls } from './rolls';
import { noCluster, productions, Stage, titled } from './stage';
import { zones } from './zones';

/** The life of each environment in a cluster: the checks of one follow each other. */
for (const production of noCluster === '' ? productions : []) {
  const stage = new Stage(production);
  describeProgram(stage.definitions, production.name, () => {
    stage.register();

    removed(stage, () => {
      describe('is accepted', () => accepted(stage));
      describe('once applied', () => {
        stage.requireApplied();
        // Before its nodes are taken away: those that come back one after another are filled in that order.
        zones(stage);
        describe('is admitted and scheduled', () => placed(stage));
        if (production.config) describe('has helm releases beside it', () => beside(stage));
        describe('is what was applied', () => unchanged(stage));
        describe('rolls', () => rolls(stage));
        describe('heals', () => heals(stage));
        if (stage.ofKind('HorizontalPodAutoscaler').length > 0) describe('scales', () => autoscales(stage));
        describe('drains', () => drains(stage));
        describe('is taken over', () => acceptedServerSide(() => stage.cluster.kubectl, stage));
      });
    });
  });
}

if (noCluster === '') describe('ModelDeployments', modelDeployments);

describe.runIf(noCluster !== '')('environments', () => {
  test.skip(titled('are brought into a cluster', noCluster), () => {});
});
