import { dirname, join } from 'node:path';
import { App } from 'cdk8s';
import { buildPlatform } from 'cdk8s-ml-platform/platform';
import { environment } from './environments.js';

const { PLATFORM_ENV = 'laptop', PLATFORM_STACKS } = process.env;

const app = new App();
const platform = buildPlatform(app, environment(PLATFORM_ENV), PLATFORM_STACKS);
app.synth();
platform.writeDeploy(join(dirname(app.outdir), 'deploy'));
// On standard error: the CLI of cdk8s drops what an app prints on standard output.
console.error(platform.summary());
