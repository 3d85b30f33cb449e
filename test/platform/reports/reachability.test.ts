import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { allowIngress, connect } from '../../../lib/kube/network/network';
import { reachability, reachabilityMarkdown } from '../../../lib/platform/reports/reachability';
import { InferenceStack, type InferenceStackProps } from '../../../lib/stacks/inference/stack';

function stackOf(props: InferenceStackProps = {}) {
  const app = new App();
  return new InferenceStack(app, 'inference', props);
}

const pageOf = (stack: InferenceStack) =>
  reachabilityMarkdown({ environments: { test: reachability(stack.node.root) } });

describe('the page of who reaches whom', () => {
  it('has the connections of a stack, on the ports of the pods, and the pods that somebody else creates', () => {
    const page = pageOf(stackOf());
    expect(page.slice(page.indexOf('## Environment'))).toBe(
      [
        '## Environment `test`',
        '',
        '### Stack `inference`, namespace `inference`',
        '',
        '| From | To | Ports |',
        '| --- | --- | --- |',
        '| anyone | `inference/inference-deploy` | 8002 |',
        '| `inference/inference-deploy` | the internet | 443 |',
        '| `inference/debug` | `inference/inference-deploy` | 8002 |',
        '',
        '| Pods that others create | Labels that they are found by |',
        '| --- | --- |',
        '| `inference/debug` | `run=debug` |',
        '',
      ].join('\n'),
    );
  });

  it('says of pods elsewhere what they are found by', () => {
    const stack = stackOf();
    allowIngress(stack.service.deployment.pods, [8002], { namespace: 'web', selector: { app: 'site' } });
    connect(stack.service.deployment.pods, { host: 'api.other.svc', port: 80 });
    const page = pageOf(stack);
    expect(page).toContain('| pods of `web` with `app=site` | `inference/inference-deploy` | 8002 |');
    expect(page).toContain('| `inference/inference-deploy` | pods of `other` | all |');
  });

  it('says where everything is reached, too', () => {
    expect(pageOf(stackOf({ network: 'any' }))).toContain(
      'Everything else is reached, too: this stack has no policies.',
    );
  });

  it('has a chart that is inside of another chart', () => {
    const outer = new Chart(new App(), 'outer');
    new InferenceStack(outer, 'inner', {});
    expect(reachability(outer.node.root).map(({ stack }) => stack)).toEqual(['inner']);
  });

  it('has what its caller says of it, below the title and before the environments', () => {
    const page = reachabilityMarkdown({ environments: {}, subtitle: 'Written by hand.', remarks: 'One more thing.' });
    expect(page).toMatch(/^# Who reaches whom\n\nWritten by hand\.\n\nThe pods/);
    expect(page).toMatch(/\n\nOne more thing\.\n$/);
  });

  it('has no section for an app without connections', () => {
    expect(reachability(new App())).toEqual([]);
  });
});
