import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Testing, Yaml, YamlOutputType } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { requireUniqueNames } from '../../../lib/kube/objects/inventory';
import { inOneSynth, manifestOf, validateObjects } from '../../../lib/kube/objects/synth-run';

const folder = mkdtempSync(join(tmpdir(), 'synth-run-'));
afterAll(() => rmSync(folder, { recursive: true }));
const newApp = (yamlOutputType?: YamlOutputType) =>
  new App({ outdir: mkdtempSync(join(folder, 'app-')), yamlOutputType });

function settings(chart: Chart, name: string, data: Record<string, string> = {}) {
  return new k8s.KubeConfigMap(chart, name, { metadata: { name }, data });
}

/** Charts that know nothing of this library, each with a ConfigMap. */
function charts(app: App, count = 20): Chart[] {
  return Array.from({ length: count }, (_, index) => {
    const chart = new Chart(app, `chart-${index}`);
    settings(chart, `settings-${index}`);
    return chart;
  });
}

const TRAP = { MODE: '0o755' };

describe('a synth', () => {
  const synths: [string, (app: App) => unknown][] = [
    ['app.synth()', (app) => app.synth()],
    ['app.synthYaml()', (app) => app.synthYaml()],
    ['charts in one synth', (app) => inOneSynth(app, () => app.charts.map((chart) => chart.toJson()))],
  ];

  it.each(synths)('validates the tree once, however many charts there are: %s', (_, synth) => {
    const app = newApp();
    charts(app);
    const [objects, others] = [vi.fn(() => []), vi.fn(() => [])];
    validateObjects(app, objects);
    app.node.addValidation({ validate: others });
    synth(app);
    expect(objects).toHaveBeenCalledTimes(1);
    expect(others).toHaveBeenCalledTimes(1);
  });

  it('serializes each object once', () => {
    const app = newApp();
    const object = settings(charts(app)[0] as Chart, 'one');
    const toJson = vi.spyOn(object, 'toJson');
    requireUniqueNames(app);
    app.synth();
    expect(toJson).toHaveBeenCalledTimes(1);
  });

  it('validates once for charts that change what they write, too', () => {
    class Changed extends Chart {
      override toJson() {
        return super.toJson().map((manifest) => ({ ...manifest, data: { changed: 'here' } }));
      }
    }
    const app = newApp();
    for (const id of ['a', 'b', 'c']) settings(new Changed(app, id), id);
    const validate = vi.fn(() => []);
    validateObjects(app, validate);
    app.synth();
    expect(validate).toHaveBeenCalledTimes(1);
    expect(readFileSync(join(app.outdir, 'c.k8s.yaml'), 'utf8')).toContain('changed: here');
  });

  it('writes charts and objects in the order of their dependencies, as cdk8s does alone', () => {
    const written = (prepare: (app: App) => void) => {
      const app = newApp();
      prepare(app);
      const [one, two] = charts(app, 3) as [Chart, Chart];
      const nested = new Chart(two, 'nested');
      const [a, b] = [settings(one, 'a'), settings(one, 'b')];
      a.addDependency(b);
      b.addDependency(settings(nested, 'c'));
      one.addDependency(two);
      app.synth();
      return readdirSync(app.outdir).map((file) => [file, readFileSync(join(app.outdir, file), 'utf8')]);
    };
    expect(written(requireUniqueNames)).toEqual(written(() => {}));
  });

  it('writes what cdk8s writes alone, without its slow writer', () => {
    const written = (prepare: (app: App) => void) => {
      const app = newApp();
      prepare(app);
      settings(charts(app)[0] as Chart, 'texts', { a: 'yes', b: 'one\ntwo\n', c: '0755', d: 'plain' });
      app.synth();
      return [app.synthYaml(), readFileSync(join(app.outdir, 'chart-0.k8s.yaml'), 'utf8')];
    };
    const slow = vi.spyOn(Yaml, 'stringify');
    const alone = written(() => {});
    const asManifests = () => slow.mock.calls.flat().filter((value) => Object.hasOwn(Object(value), 'kind'));
    expect(asManifests()).not.toEqual([]);
    slow.mockClear();
    expect(written(requireUniqueNames)).toEqual(alone);
    expect(asManifests()).toEqual([]);
    slow.mockRestore();
  });

  it.each(synths)('leaves the charts and cdk8s as they were, also where it fails: %s', (_, synth) => {
    const { stringify } = Yaml;
    const app = newApp();
    const [first, second] = charts(app) as [Chart, Chart];
    second.toJson = () => [];
    requireUniqueNames(app);
    const own = second.toJson;
    synth(app);
    settings(first, 'trap', TRAP);
    expect(() => synth(app)).toThrow("chart-0/trap: 'data.MODE'");
    expect(Object.hasOwn(first, 'toJson')).toBe(false);
    expect(second.toJson).toBe(own);
    expect(Yaml.stringify).toBe(stringify);
  });
});

describe('a string that readers of YAML do not agree on', () => {
  it.each([
    ['app.synth()', (app: App) => app.synth()],
    ['app.synthYaml()', (app: App) => app.synthYaml()],
    ['chart.toJson()', (app: App) => app.charts[0]?.toJson()],
    ['Testing.synth()', (app: App) => Testing.synth(app.charts[0] as Chart)],
  ])('fails in %s, in any chart', (_, synth) => {
    const app = newApp();
    settings(charts(app)[19] as Chart, 'trap', TRAP);
    requireUniqueNames(app);
    expect(() => synth(app)).toThrow("chart-19/trap: 'data.MODE' must be a string that");
  });

  it.each([
    YamlOutputType.FILE_PER_APP,
    YamlOutputType.FILE_PER_CHART,
    YamlOutputType.FILE_PER_RESOURCE,
    YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE,
  ])('fails before anything is written, with output type %i', (type) => {
    const app = newApp(type);
    settings(charts(app)[19] as Chart, 'trap', TRAP);
    requireUniqueNames(app);
    expect(() => app.synth()).toThrow("'data.MODE'");
    expect(readdirSync(app.outdir)).toEqual([]);
  });
});

describe('a change of the tree', () => {
  it('is noticed between two charts that are written one by one', () => {
    const app = newApp();
    requireUniqueNames(app);
    const [first, second] = charts(app) as [Chart, Chart];
    const object = settings(second, 'one');
    first.toJson();
    object.metadata.addAnnotation('mode', '0o755');
    expect(() => second.toJson()).toThrow("'metadata.annotations.mode'");
  });

  it('is noticed between two synths', () => {
    const app = newApp();
    requireUniqueNames(app);
    const [chart] = charts(app) as [Chart];
    const object = settings(chart, 'one', { a: 'b' });
    app.synth();
    object.metadata.addAnnotation('changed', 'here');
    expect(app.synthYaml()).toContain('changed: here');
    object.metadata.addAnnotation('mode', '0o755');
    expect(() => app.synth()).toThrow("'metadata.annotations.mode'");
  });

  it('is noticed where an app adds to its charts before it is synthesized', () => {
    class Late extends App {
      override synth() {
        settings(new Chart(this, 'late'), 'trap', TRAP);
        super.synth();
      }
    }
    const app = new Late({ outdir: mkdtempSync(join(folder, 'app-')) });
    requireUniqueNames(app);
    expect(() => app.synth()).toThrow("late/trap: 'data.MODE'");
  });

  it('is in the manifest of an object that is not being written', () => {
    const object = settings(new Chart(newApp(), 'chart'), 'one');
    manifestOf(object);
    object.metadata.addAnnotation('changed', 'here');
    expect(manifestOf(object).metadata.annotations).toEqual({ changed: 'here' });
  });
});
