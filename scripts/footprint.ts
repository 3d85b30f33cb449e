import { App } from 'cdk8s';
import * as environments from '../environments';
import { buildPlatform, type PlatformConfig } from '../lib/platform';
import { footprints, footprintTable } from '../lib/platform/footprint';

/** Prints what each stack of each environment asks for, against the pools that its pods run on. */
const { PLATFORM_ENV, PLATFORM_STACKS = 'all' } = process.env;
const all = Object.values(environments).filter((value): value is PlatformConfig => 'nodePools' in value);
for (const config of PLATFORM_ENV === undefined ? all : [environments.environment(PLATFORM_ENV)]) {
  const app = new App();
  buildPlatform(app, config, PLATFORM_STACKS);
  console.log(`${config.name}:\n\n${footprintTable(footprints(app))}`);
}
