import { dirname, join } from 'node:path';
import { App } from 'cdk8s';
import { buildPlatform, failure } from './lib/platform';

process.once('uncaughtException', (error) => {
  console.error(failure(error));
  process.exit(1);
});

// Imported last, so that an error at module level of an environment is shown as its message, too.
const { environment } = await import('./environments');

const { PLATFORM_ENV = 'dev', PLATFORM_STACKS, PLATFORM_OUTPUT } = process.env;

const app = new App();
const platform = buildPlatform(app, environment(PLATFORM_ENV), PLATFORM_STACKS);
app.synth();
platform.writeDeploy(join(dirname(app.outdir), 'deploy'));

// On standard error: the CLI drops what an app prints on standard output.
console.error(platform.summary(PLATFORM_OUTPUT));
