import { ApiObject, type App, Chart, DependencyGraph, Yaml } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { perApp } from './per-app';
import type { Manifest } from './serialization';
import { fastStringify } from './yaml-writer';

/** One synth of an app, from its start to its end. */
interface Run {
  /** Every object of the tree, as it is validated. */
  objects: readonly ApiObject[];
  /** What each object is serialized to, since the tree was validated. */
  readonly manifests: Map<ApiObject, Manifest>;
  /** Undoes what was changed in a chart, for each that was in the tree when it was validated. */
  readonly charts: Map<Chart, () => void>;
  /** Whether a chart is written: a validation then is another one of the same tree. */
  writing: boolean;
}

interface Synth {
  /** Undefined where charts are written one by one: the tree may change in between. */
  run?: Run;
}

/**
 * cdk8s resolves and validates the whole app anew for each chart that it writes, which is quadratic. While `app.synth()`
 * writes its charts nothing changes in the tree, and its first validation holds for all of them.
 */
const synthOf = perApp('synth', (root): Synth => {
  const synth: Synth = {};
  // The first validation of the root, and so the first of the tree.
  root.node.addValidation({ validate: () => (synth.run === undefined ? [] : begin(synth.run, root)) });
  const app = root as App;
  if (typeof app.synth !== 'function') return synth;
  const [synthesize, synthesizeYaml] = [app.synth, app.synthYaml];
  app.synth = () => inOneSynth(app, () => synthesize.call(app));
  app.synthYaml = () => inOneSynth(app, () => synthesizeYaml.call(app));
  return synth;
});

/** Runs what writes charts of an app and changes nothing in its tree: it is validated once, and not for each chart. */
export function inOneSynth<T>(app: App, write: () => T): T {
  const synth = synthOf(app);
  if (synth.run !== undefined) return write();
  const run: Run = { objects: [], manifests: new Map(), charts: new Map(), writing: false };
  synth.run = run;
  // cdk8s writes the files, and asks this for what is in them.
  const { stringify } = Yaml;
  Yaml.stringify = fastStringify(stringify);
  try {
    return write();
  } finally {
    Yaml.stringify = stringify;
    synth.run = undefined;
    for (const restore of run.charts.values()) restore();
  }
}

/** Adds a validation that looks at every object of an app: it is asked once a synth, and not for each chart. */
export function validateObjects(root: IConstruct, errors: (objects: readonly ApiObject[]) => string[]): void {
  const synth = synthOf(root);
  root.node.addValidation({
    validate: () => {
      const { run } = synth;
      if (run?.writing) return [];
      return errors(run === undefined ? root.node.findAll().filter(ApiObject.isApiObject) : run.objects);
    },
  });
}

/** An object of a finished tree as it is written. */
export function manifestOf(object: ApiObject): Manifest {
  const { run } = synthOf(object);
  if (run === undefined || run.charts.size === 0) return object.toJson();
  const manifest = run.manifests.get(object) ?? object.toJson();
  run.manifests.set(object, manifest);
  return manifest;
}

function begin(run: Run, root: IConstruct): string[] {
  if (run.writing) return [];
  run.manifests.clear();
  const all = root.node.findAll();
  run.objects = all.filter(ApiObject.isApiObject);
  for (const chart of all.filter(Chart.isChart)) if (!run.charts.has(chart)) intercept(run, chart);
  return [];
}

function intercept(run: Run, chart: Chart): void {
  const own = Object.getOwnPropertyDescriptor(chart, 'toJson');
  const original = chart.toJson;
  run.charts.set(chart, () => {
    if (own === undefined) Reflect.deleteProperty(chart, 'toJson');
    else Object.defineProperty(chart, 'toJson', own);
  });
  chart.toJson = () => {
    if (original === Chart.prototype.toJson) return objectsOf(chart).map(manifestOf);
    run.writing = true;
    try {
      return original.call(chart);
    } finally {
      run.writing = false;
    }
  };
}

/** The objects of a chart in the order in which cdk8s writes them, once it has resolved the dependencies of the app. */
function objectsOf(chart: Chart): ApiObject[] {
  const objects = new DependencyGraph(chart.node).topology().filter(ApiObject.isApiObject);
  return objects.filter((object) => Chart.of(object) === chart);
}
