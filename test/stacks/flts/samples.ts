import { App } from 'cdk8s';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { FLTS_PRODUCTION, FLTS_SMALL } from '../../../lib/stacks/flts/profiles';
import { FltsStack, type FltsStackProps } from '../../../lib/stacks/flts/stack';
import { find, type Manifest, synth } from '../../support/synth';

export const small: FltsStackProps = { credentials: existingSecrets(), profile: FLTS_SMALL };
export const production: FltsStackProps = { credentials: existingSecrets(), profile: FLTS_PRODUCTION };

export function stack(props: FltsStackProps): FltsStack {
  return new FltsStack(new App({ outdir: 'never-written' }), 'flts', props);
}

export function render(props: FltsStackProps): Manifest[] {
  return synth(stack(props));
}

export const containerOf = (objects: readonly Manifest[], name: string) =>
  find(objects, 'Deployment', name).spec.template.spec.containers[0];
