import { ApiObject, type App, Chart } from 'cdk8s';

/** What a synth wrote, for whoever ran it: each manifest with its objects by kind. */
export function manifestSummary(app: App): string[] {
  return app.node.children.filter(Chart.isChart).map((chart) => {
    const kinds = new Map<string, number>();
    for (const object of chart.node.findAll()) {
      if (ApiObject.isApiObject(object)) kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1);
    }
    const counts = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${count} ${kind}`);
    return `  dist/${chart.node.id}${app.outputFileExtension}: ${counts.join(', ')}`;
  });
}
