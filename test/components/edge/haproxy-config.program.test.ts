import { App } from 'cdk8s';
import { expect, test } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { FLTS_PRODUCTION, FLTS_SMALL } from '../../../lib/stacks/flts/profiles';
import { FltsStack } from '../../../lib/stacks/flts/stack';
import { eventually } from '../../support/haproxy';
import { synth } from '../../support/synth';
import { describeHaproxy, readFrom, rendered } from './haproxy-processes';

describeHaproxy('the configuration, to a real HAProxy', (haproxy) => {
  test.each([
    ['with a page of statistics', {}, 8],
    ['without one', { statsPassword: undefined }, 8],
    ['with as many servers as can be', { clusterDomain: 'example' }, 230],
  ])('is right %s, without a warning', async (_, props, maxReplicas) => {
    const { code, output } = await (await haproxy(rendered(props, 8000, maxReplicas))).check();
    expect(output).not.toMatch(/WARNING|ALERT/);
    expect(code, output).toBe(0);
  });

  test.each([
    ['small', FLTS_SMALL],
    ['production', FLTS_PRODUCTION],
  ])('is right before the servers of FLTS in the profile %s, without a warning', async (_, profile) => {
    const app = new App({ outdir: 'never-written' });
    const objects = synth(new FltsStack(app, 'flts', { credentials: existingSecrets(), profile }));
    const { code, output } = await (await haproxy(readFrom(objects, 'inference-lb'))).check();
    expect(output).not.toMatch(/WARNING|ALERT/);
    expect(code, output).toBe(0);
  });

  test.each([
    ['is missing', {}],
    ['is empty', { STATS_PASSWORD: '' }],
  ])('ends the start where the password %s', async (_, env) => {
    const target = await haproxy(rendered(), 53, env);
    target.start();
    const message = "'setenv' expects environment variable value for 'STATS_PASSWORD'";
    await eventually(
      async () => target.log.includes(message),
      () => target.log,
    );
    // It has said so, and is about to end: a signal would be what ends it.
    expect(await target.ends()).toBe(1);
  });
});
