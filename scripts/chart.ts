import { charts } from '../environments/charts';
import { helmChart } from '../lib/platform';
import { writeFiles } from '../lib/platform/files';

/** Usage: chart [STACK …]. Writes the helm charts of these stacks below `charts/`, or all of them. */
const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(charts, name));
if (unknown !== undefined) {
  console.error(`No helm chart of '${unknown}': there are those of ${Object.keys(charts).join(', ')}.`);
  process.exit(2);
}
for (const [name, chart] of Object.entries(charts)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const { stack, props } = chart();
  writeFiles(`charts/${name}`, helmChart(stack, props));
  console.log(`helm install ${name} charts/${name} --namespace ${name} --create-namespace`);
}
