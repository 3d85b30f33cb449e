import { App } from 'cdk8s';
import { differences, environment } from '../environments';
import { buildPlatform } from '../lib/platform';
import { delta } from '../lib/platform/delta/delta';
import { deltaMarkdown } from '../lib/platform/delta/markdown';
import { platformOutput } from '../lib/platform/delta/output';

/** Usage: delta <environment> <environment> [--json]. What differs between them, all stacks included. */
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const [from, to, ...more] = names;
if (from === undefined || to === undefined || more.length > 0) {
  console.error('Usage: npm run delta -- <environment> <environment> [--json]');
  process.exit(2);
}

function output(name: string) {
  const app = new App();
  const platform = buildPlatform(app, environment(name), 'all');
  return platformOutput(
    name,
    app.charts.flatMap((chart) => chart.toJson()),
    platform.deployDocuments,
  );
}

const found = delta(output(from), output(to), differences);
process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify(found, null, 2)}\n` : deltaMarkdown(found));
