import { join, resolve } from 'node:path';
import type { Chart } from 'cdk8s';
import { afterAll, describe, expect, it } from 'vitest';
import { charts } from '../../environments/charts';
import { type Files, helmChart, RELEASE_NAMESPACE } from '../../lib/platform';
import { findProgram } from '../platform/releases/programs';
import { filesIn } from '../support/golden';
import { byKey, ChartFolder, findHelm } from '../support/helm';
import { validate } from '../support/kubeconform';
import { describeLong, describeProgram } from '../support/programs';
import { root } from '../support/sources';
import { type Manifest, synth } from '../support/synth';
import {
  changes,
  fieldsOf,
  isIn,
  isOf,
  leafSchema,
  type Mutation,
  merged,
  nested,
  others,
  refused,
  renderings,
} from './mutations';

const { KUBERNETES_SCHEMAS = resolve('.tools/schemas/1.28') } = process.env;
const LOCATION = join(KUBERNETES_SCHEMAS, '{{.ResourceKind}}{{.KindSuffix}}.json');
const kubeconform = findProgram('kubeconform');

/**
 * What a stack writes, but for its Namespace. The id of a Kafka cluster is a hash that no template can compute: the
 * chart has one for all namespaces.
 */
function written(stack: Chart) {
  const objects = synth(stack).filter(({ kind }) => kind !== 'Namespace');
  return byKey(objects.map(withoutClusterId));
}

function withoutClusterId(manifest: Manifest): Manifest {
  const text = JSON.stringify(manifest);
  return JSON.parse(text.replace(/("name":"CLUSTER_ID","value":)"[\w-]{22}"/, '$1"(id)"'));
}

describe.each(Object.keys(charts))('the chart %s', (name) => {
  const { stack, props, inNamespace } = charts[name]?.() ?? expect.fail();
  const files = helmChart(stack, props);
  const schemaOf = (path: string) => leafSchema(files['values.schema.json'] ?? '', path);

  it('is committed as the stack is now: npm run accept renews it', () => {
    expect(filesIn(root, `charts/${name}`)).toEqual(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`charts/${name}/${path}`, text])),
    );
  });

  it('names the namespace of a release, and nothing that stands for it', () => {
    expect(Object.entries(files).filter(([, text]) => text.includes(RELEASE_NAMESPACE))).toEqual([]);
  });

  describeProgram(findHelm(), 'with helm', (program) => {
    const folders: ChartFolder[] = [];
    const folderOf = (all: Files) => {
      const folder = new ChartFolder(program().helm, all);
      folders.push(folder);
      return folder;
    };
    const chart = () => folders[0] ?? folderOf(files);
    const render = (namespace: string, ...environments: readonly string[]) => {
      const rendered = chart().render({ namespace, files: environments.map((one) => `values-${one}.yaml`) });
      return byKey(Object.values(rendered).map(withoutClusterId));
    };
    afterAll(() => {
      for (const folder of folders) folder.remove();
    });

    it('is accepted by helm lint --strict', () => {
      const { code, stdout } = chart().run('lint', ['--strict', chart().path]);
      expect(stdout).toContain('0 chart(s) failed');
      expect(code).toBe(0);
    });

    it.each(['elsewhere', 'n1'])('renders in the namespace %s what synth writes in it', (namespace) => {
      expect(render(namespace)).toEqual(written(inNamespace(namespace)));
    });

    it.each(Object.keys(props.environments ?? {}))('renders with values-%s.yaml what synth writes for it', (one) => {
      expect(render('elsewhere', one)).toEqual(written(inNamespace('elsewhere', one)));
    });

    describeLong('each value', () => {
      it('changes what it sets, and nothing else', () => {
        // Values that its rules refuse are rendered, too.
        const before = chart().render();
        const unruled = folderOf(helmChart(stack, { ...props, rules: [] }));
        const defaultOf = (path: string) =>
          path.split('.').reduce<unknown>((parent, one) => Reflect.get(parent as object, one), chart().defaults());
        const mutations = props.values.flatMap((value) => {
          const fields = fieldsOf(value);
          return others(schemaOf(value.path), defaultOf(value.path)).map((to): Mutation => ({ ...value, to, fields }));
        });
        const changed = renderings(mutations).flatMap((mutated) => {
          const values = merged(...mutated.map(({ path, to }) => nested(path, to)));
          const found = changes(before, unruled.render({ values }));
          const fields = mutated.flatMap((mutation) => mutation.fields);
          expect(found.filter((change) => !isIn(fields)(change))).toEqual([]);
          return found;
        });
        const fields = mutations.flatMap((mutation) => mutation.fields);
        expect(fields.filter((field) => !changed.some((change) => isOf(change, field)))).toEqual([]);
      });
    });

    it('fails before it renders for each value that its schema refuses, and for one that is unknown', () => {
      const wrong = props.values.map(({ path }) => nested(path, refused(schemaOf(path))));
      const { code, stderr } = chart().template({ values: merged({ unknown: 1 }, ...wrong) });
      expect(code).not.toBe(0);
      expect(stderr).toContain("don't meet the specifications of the schema");
      expect(stderr).toContain("additional properties 'unknown' not allowed");
      const passed = props.values.filter(({ path }) => !stderr.includes(`at '/${path.replaceAll('.', '/')}'`));
      expect(passed.map(({ path }) => path)).toEqual([]);
    });

    describeProgram(kubeconform === undefined ? 'no kubeconform' : { kubeconform }, 'and kubeconform', (found) => {
      it.each([[], ...Object.keys(props.environments ?? {}).map((one) => [one])])(
        'renders what the schemas of Kubernetes accept: %s',
        (...environments) => {
          const objects = Object.values(render('elsewhere', ...environments));
          expect(validate(found().kubeconform, objects, LOCATION)).toEqual({ checked: objects.length, problems: [] });
        },
      );
    });
  });
});
