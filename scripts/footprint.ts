import { App } from 'cdk8s';
import { environment, environments } from '../environments';
import { buildPlatform, connectionLines, footprints, footprintTable } from '../lib/platform';

/** Prints what each stack of each environment asks for, against the pools that its pods run on. */
const { PLATFORM_ENV, PLATFORM_STACKS = 'all' } = process.env;
for (const config of PLATFORM_ENV === undefined ? Object.values(environments) : [environment(PLATFORM_ENV)]) {
  const app = new App();
  const { releases } = buildPlatform(app, config, PLATFORM_STACKS);
  const notCounted = releases.filter(({ installed = true }) => installed).map(({ name }) => name);
  console.log(`${config.name}:\n\n${footprintTable(footprints(app), notCounted)}`);
  console.log(`Database connections:\n\n${connectionLines(app).join('\n')}\n`);
}
