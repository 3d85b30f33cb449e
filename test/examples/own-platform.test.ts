import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { installedAt, pack, repository, run } from '../packaging/project';
import { describeLong } from '../support/programs';
import type { Manifest } from '../support/synth';

const EXAMPLE = join(repository, 'examples', 'own-platform');
const NOT_COPIED = ['node_modules', 'dist', 'deploy'];

describeLong('a platform in a package of its own', () => {
  let temporary: string;
  let folder: string;

  /** Runs a file of the app as ES modules, with the packed library. */
  const node = (...args: string[]) => run(folder, process.execPath, '--import', 'tsx', ...args);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'own-platform-'));
    folder = join(temporary, 'own-platform');
    cpSync(EXAMPLE, folder, { recursive: true, filter: (path) => !NOT_COPIED.includes(basename(path)) });
    const modules = join(folder, 'node_modules');
    for (const name of ['cdk8s', 'cdk8s-plus-28', 'constructs', 'tsx', '@types/node']) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(installedAt(name), join(modules, name), 'junction');
    }
    cpSync(pack(temporary).unpacked, join(modules, 'cdk8s-ml-platform'), { recursive: true });
    node('main.ts');
  });

  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  it('depends on this version of the library, and on its peers', () => {
    const library = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    const { dependencies } = JSON.parse(read('package.json'));
    expect(dependencies).toEqual({ ...library.peerDependencies, 'cdk8s-ml-platform': `^${library.version}` });
  });

  it('is type-checked, the declarations of the library included', () => {
    expect(run(folder, process.execPath, join(installedAt('typescript'), 'bin', 'tsc'))).toBe('');
  });

  it('passes its own tests', () => {
    expect(node('--test-reporter=tap', '--test', 'labelling.test.ts')).toMatch(/^# pass 2\n# fail 0$/m);
  });

  it('has a file for each stack, two of them of one kind, one of them customized', () => {
    expect(readdirSync(join(folder, 'dist')).sort()).toEqual([
      'captions.k8s.yaml',
      'embedder.k8s.yaml',
      'labelling.k8s.yaml',
    ]);
    const deployment = (stack: string) =>
      parseAllDocuments(read(`dist/${stack}.k8s.yaml`))
        .map((document): Manifest => document.toJS())
        .find(({ kind }) => kind === 'Deployment');
    expect(deployment('captions')?.spec.revisionHistoryLimit).toBe(2);
    expect(deployment('embedder')?.spec.revisionHistoryLimit).toBeUndefined();
    const variables = deployment('labelling')?.spec.template.spec.containers[0].env;
    expect(variables).toEqual(
      expect.arrayContaining([
        { name: 'PGHOST', value: 'postgres.labelling.svc' },
        { name: 'BUCKET_NAME', value: 'images' },
        { name: 'EMBEDDER_URL', value: 'http://inference-svc.embedder.svc:8002' },
      ]),
    );
  });

  it('has the node ports of all stacks in kind.yaml', () => {
    const mappings: Manifest[] = parse(read('deploy/kind.yaml')).nodes[0].extraPortMappings;
    expect(mappings.map(({ containerPort, hostPort }) => [containerPort, hostPort])).toEqual([
      [30092, 8092],
      [30093, 8093],
      [31000, 8071],
    ]);
  });

  it('has the release of its stack in helmfile.yaml, its values merged, and what it waits for in the cluster that is named', () => {
    const { helmDefaults, releases } = parse(read('deploy/helmfile.yaml'));
    expect(helmDefaults.kubeContext).toBe('kind-own-platform');
    const { hooks, ...editor } = releases.find(({ name }: Manifest) => name === 'editor');
    expect(editor).toMatchObject({ namespace: 'labelling', version: '1.4.0', values: ['values/editor.yaml'] });
    expect(hooks.map(({ args }: Manifest) => args.slice(0, 5))).toEqual([
      ['wait', '--context=kind-own-platform', '--namespace=labelling', expect.anything(), 'statefulset/postgres'],
      [
        'wait',
        '--context=kind-own-platform',
        '--namespace=labelling',
        expect.anything(),
        expect.stringContaining('job/'),
      ],
    ]);
    expect(parse(read('deploy/values/editor.yaml'))).toMatchObject({
      database: { host: 'postgres.labelling.svc', existingSecret: { name: 'labelling-keys', key: 'labels' } },
      debug: true,
    });
  });

  it('has the document of its stack', () => {
    expect(parse(read('deploy/labelling/import.yaml'))).toEqual({ database: 'labels', bucket: 'images' });
  });

  describe('has reports, which', () => {
    let report: string;
    beforeAll(() => {
      report = node('reports.ts', 'cluster');
    });

    it('list the Secret of the stack with its command, for the cluster that is named', () => {
      expect(report).toContain('# Secrets of `cluster`');
      expect(report).toContain(
        'kubectl create secret generic labelling-keys --context=team-cluster --namespace=labelling',
      );
    });

    it('count its pods, and name its release as not counted', () => {
      expect(report).toMatch(/^\| labelling +\| general +\| max /m);
      expect(report).toContain('Not counted: the pods of the helm releases `editor`.');
    });

    it('say whom its pods reach, those of the release and of another stack included', () => {
      expect(report).toContain('### Stack `labelling`, namespace `labelling`');
      expect(report).toContain('| `labelling/editor` | `labelling/postgres` | 5432 |');
      expect(report).toContain('| `labelling/tagger` | `embedder/inference-deploy` | 8002 |');
    });

    it('say what differs from the other environment, with nothing that is not declared', () => {
      expect(report).toContain('| Deployment labelling/tagger | `spec.replicas` | `1` | `2` |  |');
      expect(report).toContain(
        '| release labelling/editor | `values.debug` | `true` | – | only laptops need its log |',
      );
      expect(report).toContain('None: every difference is declared.');
    });

    it('list its port, and the command that forwards it', () => {
      expect(report).toMatch(/^\| editor +\| http:\/\/localhost:8070 +\| `labelling` +\| `svc\/editor:8080` +\|$/m);
      expect(report).toContain('kubectl --context=team-cluster -n labelling port-forward svc/editor 8070:8080');
    });
  });
});
