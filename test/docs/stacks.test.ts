import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { programFolder, programsOf, runPrograms } from '../support/programs-of-pages';
import { find, type Manifest } from '../support/synth';

/** Runs the first program of a page in a folder of its own. */
function programOf(page: string) {
  const folder = programFolder();
  const [program = ''] = programsOf(`docs/how-to/${page}`);
  return {
    run() {
      const { status, stderr } = runPrograms(folder, [program]);
      expect(status, stderr).toBe(0);
    },
    remove: () => rmSync(folder, { recursive: true }),
    files: (path: string) => readdirSync(join(folder, path)).sort(),
    yaml: (path: string) => parse(readFileSync(join(folder, path), 'utf8')),
    objects: (stack: string) =>
      parseAllDocuments(readFileSync(join(folder, `dist/${stack}.k8s.yaml`), 'utf8')).map(
        (document): Manifest => document.toJS(),
      ),
  };
}

const hostPorts = (kind: Manifest) => kind.nodes[0].extraPortMappings.map(({ hostPort }: Manifest) => hostPort);

describe('the stack of add-a-stack.md', () => {
  const program = programOf('add-a-stack.md');
  beforeAll(program.run);
  afterAll(program.remove);

  it('has a file in dist/, and its pods use its database', () => {
    expect(program.files('dist')).toEqual(['labels.k8s.yaml']);
    const { containers } = find(program.objects('labels'), 'Deployment').spec.template.spec;
    expect(containers[0].env[0]).toEqual({ name: 'PGHOST', value: 'postgres.labels.svc' });
  });

  it('has its release, its node port and its document in deploy/', () => {
    expect(program.files('deploy')).toEqual(['helmfile.yaml', 'kind.yaml', 'labels', 'values']);
    const [search] = program.yaml('deploy/helmfile.yaml').releases;
    expect(search).toMatchObject({ name: 'search', version: '3.1.0', values: ['values/search.yaml'] });
    expect(search.hooks).toHaveLength(2);
    expect(hostPorts(program.yaml('deploy/kind.yaml'))).toEqual([8071]);
    expect(program.yaml('deploy/labels/import.yaml')).toEqual({ database: 'labels' });
  });
});

describe('the platform of change-a-stack.md', () => {
  const program = programOf('change-a-stack.md');
  beforeAll(program.run);
  afterAll(program.remove);

  it('has the values, the field and the object that no property has', () => {
    const { extraEnvVars } = program.yaml('deploy/values/mlflow.yaml');
    expect(extraEnvVars.MLFLOW_ENABLE_ASYNC_LOGGING).toBe('true');
    expect(Object.keys(extraEnvVars).length).toBeGreaterThan(1);
    const objects = program.objects('inference');
    expect(find(objects, 'Deployment').spec.revisionHistoryLimit).toBe(2);
    expect(find(objects, 'ConfigMap', 'notes').metadata.namespace).toBe('inference');
  });

  it('has two stacks of one kind', () => {
    expect(program.files('dist')).toEqual(['captions.k8s.yaml', 'fair.k8s.yaml', 'inference.k8s.yaml']);
    expect(hostPorts(program.yaml('deploy/kind.yaml'))).toEqual([8092, 8093]);
  });
});
