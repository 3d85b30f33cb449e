import { spawn } from 'node:child_process';
import { App } from 'cdk8s';
import { environment } from '../environments';
import { buildPlatform, portForwardArguments, portTable } from '../lib/platform';

/**
 * Forwards the ports of the platform until it is stopped. `kubectl port-forward` ends when the pod behind it does, so
 * each is started again.
 */
const { PLATFORM_ENV = 'dev', PLATFORM_STACKS } = process.env;
const { ports, kubeContext: context } = buildPlatform(new App(), environment(PLATFORM_ENV), PLATFORM_STACKS);

/** Long enough for a Service to notice a new pod, and not to fill the terminal while there is none. */
const PAUSE_MS = 2000;

function forward(args: readonly string[]): void {
  const child = spawn('kubectl', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  child.on('error', (error) => {
    console.error(`kubectl cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', () => setTimeout(() => forward(args), PAUSE_MS));
}

console.log(portTable(ports));
if (process.argv.includes('--print')) process.exit();
console.log('Ctrl-C stops them.');
for (const port of ports) forward(portForwardArguments(port, { context }));
