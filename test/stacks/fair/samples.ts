import { App } from 'cdk8s';
import { localCredentials } from '../../../lib/components/secrets/sources';
import { allowLocalCredentials } from '../../../lib/kube/secrets/secrets';
import { FairStack, type FairStackProps } from '../../../lib/stacks/fair/stack';
import { type Manifest, synth } from '../../support/synth';

export const minimal: FairStackProps = { credentials: localCredentials() };

export function render(props: FairStackProps) {
  const app = new App();
  allowLocalCredentials(app);
  return synth(new FairStack(app, 'fair', props));
}

/** What a Secret holds, as its reader gets it. */
export function decoded({ data }: Manifest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
}
