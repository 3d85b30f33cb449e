import { App } from 'cdk8s';
import { expect, it } from 'vitest';
import {
  ModelNamespace,
  type ModelNamespaceProps,
} from '../../../../lib/stacks/model-platform/operator/model-namespace';
import { expectEachPropToMatter, namesOf, policiesOf, synth } from '../../../support/synth';

const registry = { host: 'registry.example.org', port: 443, url: 'https://registry.example.org' };
const all: Required<ModelNamespaceProps> = {
  namespace: 'models',
  network: 'declared',
  server: { image: 'example.org/server:1.0.0', registry },
};

const render = (props: ModelNamespaceProps) =>
  synth(new ModelNamespace(new App({ outdir: 'never-written' }), 'models', props));

it('a namespace of models has nothing but its policies, until an operator makes pods there', () => {
  expect(namesOf(render(all))).toEqual(['Namespace models']);
  expect(policiesOf(render(all))).toEqual(['default-deny', 'allow-dns', 'models']);
});

it('a namespace of models takes every prop', () => {
  expectEachPropToMatter<ModelNamespaceProps>(render, all, {
    namespace: 'other',
    network: 'any',
    server: { ...all.server, port: 9000 },
  });
});
