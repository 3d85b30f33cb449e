import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Size } from 'cdk8s';
import { existingSecrets, NodePool } from 'cdk8s-ml-platform';
import { objectOf, synthError } from 'cdk8s-ml-platform/testing';
import { Cpu } from 'cdk8s-plus-28';
import { LabellingStack } from './labelling.js';

function labelling(embedder: string) {
  const capacity = { cpu: Cpu.units(4), memory: Size.gibibytes(8) };
  const nodePool = new NodePool({ name: 'all', labels: { pool: 'all' }, capacity });
  return new LabellingStack(new App(), 'labelling', { credentials: existingSecrets(), embedder, nodePool });
}

test('the tagger is told of its database, its bucket, the embedder and the editor', () => {
  const { spec } = objectOf(labelling('http://embedder.example.org'), 'Deployment', 'tagger').spec.template;
  const names = spec.containers[0].env.map(({ name }: { name: string }) => name);
  for (const name of ['PGHOST', 'BUCKET_NAME', 'EMBEDDER_URL', 'EDITOR_URL']) assert.ok(names.includes(name), name);
});

test('an embedder that the namespace does not have is an error', () => {
  assert.match(
    synthError(labelling('http://embeder.labelling.svc')),
    /'host' must be a server of namespace 'labelling'/,
  );
});
