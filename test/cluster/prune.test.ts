import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Yaml } from 'cdk8s';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dev, prod } from '../../environments';
import { externalSecrets } from '../../lib/components/secrets/external-secret';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { Kubectl } from '../support/control-plane/kubectl';
import { MADE_OF, madeOf } from '../support/control-plane/made-by-operators';
import { findControlPlane } from '../support/control-plane/programs';
import { synthesize } from '../support/environments';
import { onApiServer } from './on-api-server';
import { list, production, Written } from './stage';

const written = new Written({
  name: 'the stacks of dev that are on by default',
  nodePools: dev.nodePools,
  app: (outdir) => synthesize(dev, undefined, outdir).app,
});
afterAll(() => written.remove());

const page = readFileSync('docs/how-to/run-on-kind.md', 'utf8');
const PRUNE = /^```sh\n(prune\(\) \{\n[\s\S]*?\n)```$/m.exec(page)?.[1] ?? '';

/** As kubectl prints it. */
const nameOf = ({ kind, metadata }: Manifest) => `${kind.toLowerCase()}/${metadata.name}`;

/** The objects that kubectl says it has pruned, or would have. */
const pruned = (stdout: string, suffix: string) =>
  [...stdout.matchAll(/^([a-z]+)[^/\s]*\/(\S+) pruned(.*)$/gm)].flatMap(([, kind, name, rest]) =>
    rest === suffix ? `${kind}/${name}` : [],
  );

onApiServer('what run-on-kind.md prunes', findControlPlane(), written, (kubectl) => {
  beforeAll(async () => {
    await kubectl().run(['apply', '-f', written.dist]);
  });

  test('is what is no longer written, of every kind that namespaces hold, and nothing else', async () => {
    const gone = new Map<string, Manifest>();
    const inNamespace = (name: string) => written.objects.filter(({ metadata }) => metadata.namespace === name);
    for (const object of written.objects) {
      const { namespace } = object.metadata;
      // kubectl looks in the namespaces of what it applies: the last object of one is not found.
      if (namespace !== undefined && inNamespace(namespace).length > 1) gone.set(object.kind, object);
    }
    expect(gone.size).toBeGreaterThan(12);
    leaveOut(({ kind, metadata: { name, namespace } }) => {
      const other = gone.get(kind)?.metadata;
      return other?.name === name && other?.namespace === namespace;
    });

    const { code, stdout, stderr } = await prune();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const names = [...gone.values()].map(nameOf).sort();
    expect(pruned(stdout, ' (server dry run)').sort()).toEqual(names);
    expect(pruned(stdout, '').sort()).toEqual(names);
  });

  test('is nothing of a stack that was not synthesized this time', async () => {
    rmSync(join(written.dist, 'fair.k8s.yaml'));
    // Only to look at: what it would remove it says.
    const { code, stdout } = await prune(PRUNE.replace(/^prune\n/m, ''));
    expect(code).toBe(0);
    expect(stdout).not.toContain(' pruned');
    expect(await kubectl().run(['get', 'statefulset', 'minio', '-n', 'fair', '-o', 'name'])).toContain('minio');
  });

  function prune(script = PRUNE) {
    return runPrune(kubectl(), written, script);
  }
});

const credentials = externalSecrets({ store: { name: 'aws-secrets-manager', kind: 'ClusterSecretStore' } });
const operated = new Written(production({ ...prod, credentials }));
afterAll(() => operated.remove());

onApiServer('what controllers make of the objects of prod', findControlPlane(), operated, (kubectl) => {
  const make = async (objects: readonly Manifest[]) => {
    await kubectl().run(['create', '--save-config=false', '-f', '-'], list(objects));
    return objects;
  };

  test('is not pruned, whatever labels and annotations it takes over', async () => {
    await kubectl().run(['apply', '-f', operated.dist]);
    const ours = operated.objects.filter(({ kind }) => MADE_OF.includes(kind));
    for (const kind of ['ExternalSecret', 'Cluster', 'StatefulSet', 'Ingress', 'Deployment', 'Service']) {
      expect(ours.map((object) => object.kind)).toContain(kind);
    }
    const live = JSON.parse(await kubectl().run(['get', '-f', '-', '-o', 'json'], list(ours))).items;
    const made = await make(live.flatMap(madeOf));
    const { code, stdout, stderr } = await runPrune(kubectl(), operated);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain(' pruned');
    await kubectl().run(['get', '-f', '-'], list(made));
  });

  test('fails to stay where an ExternalSecret has no template', async () => {
    const name = 'without-template';
    const namespace = operated.objects.find(({ kind }) => kind === 'ExternalSecret')?.metadata.namespace;
    const labels = { 'app.kubernetes.io/managed-by': 'cdk8s' };
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    await make(madeOf({ kind: 'ExternalSecret', metadata: { name, namespace, labels, annotations }, spec: {} }));
    const { stdout } = await runPrune(kubectl(), operated);
    expect(pruned(stdout, '')).toEqual([`secret/${name}`]);
  });
});

function runPrune(kubectl: Kubectl, { dist }: Written, script = PRUNE) {
  expect(script).toContain('\nprune --dry-run=server\n');
  return kubectl.script(script.replaceAll('-f dist ', `-f ${dist} `), dirname(dist));
}

/** Writes the files anew without some of their objects. */
function leaveOut(isGone: (object: Manifest) => boolean): void {
  for (const file of readdirSync(written.dist)) {
    const path = join(written.dist, file);
    Yaml.save(
      path,
      Yaml.load(path).filter((object) => !isGone(object)),
    );
  }
}
