import { App } from 'cdk8s';
import {
  buildPlatform,
  delta,
  deltaMarkdown,
  footprints,
  footprintTable,
  platformOutput,
  portForwardArguments,
  portTable,
  reachability,
  reachabilityMarkdown,
  secretsMarkdown,
  secretsReport,
} from 'cdk8s-ml-platform/platform';
import { differences, environment } from './environments.js';

/** Usage: reports [environment]. Every report there is, as Markdown. */
const [, , name = 'laptop'] = process.argv;

function build(name: string) {
  const app = new App();
  const platform = buildPlatform(app, environment(name), 'all');
  const releases = platform.releases.filter(({ installed = true }) => installed);
  const { deployDocuments: documents, documentStacks } = platform;
  const output = platformOutput(app, { environment: name, releases, documents, documentStacks });
  return { app, platform, releases, output };
}

const { app, platform, releases } = build(name);
const context = platform.kubeContext;

console.log(secretsMarkdown(secretsReport(app, { environment: name, releases, context })));

const notCounted = releases.map((release) => release.name);
console.log(`# What it asks for\n\n${footprintTable(footprints(app), notCounted)}`);

console.log(reachabilityMarkdown({ environments: { [name]: reachability(app) } }));

console.log(deltaMarkdown(delta(build('laptop').output, build('cluster').output, differences)));

console.log(`# Ports\n\n${portTable(platform.ports)}`);
for (const port of platform.ports) console.log(`    kubectl ${portForwardArguments(port, { context }).join(' ')}`);
