import { describe } from 'vitest';
import { environments } from '../support/environments';
import { accepted } from './accepted';
import { noCluster, Stage } from './stage';

/** The life of each environment in a cluster; the checks of one follow each other. */
describe.skipIf(noCluster !== '').each(environments)(`environment $name ${noCluster}`, (config) => {
  if (noCluster !== '') return;
  const stage = new Stage(config);
  stage.register();
  describe('is accepted', () => accepted(stage));
});
