import type { DeclaredDifference } from '../lib';

/**
 * Differences between environments that are meant although they are none that an environment's configuration is there
 * to decide. `npm run delta` lists every other one as drift.
 */
export const differences: readonly DeclaredDifference[] = ['dev', 'ci'].flatMap((local): DeclaredDifference[] => {
  const pipeline = (of: string, path: string, because: string): DeclaredDifference => ({
    between: [local, 'prod'],
    of,
    path,
    group: 'scale',
    because,
  });
  const training = 'production trains longer, on other samples, under an identifier of its own';
  return [
    pipeline('Deployment flts/*', 'spec.template.spec.containers*.env', training),
    pipeline('Job flts/*', 'spec.template.spec.containers*.env', training),
    pipeline('Deployment flts/mlflow', 'spec.template.spec.*', 'more clients than one are served by two processes'),
    pipeline('Job flts/kafka-topics*', 'spec.template.spec.containers*', 'three brokers keep three copies'),
    pipeline('StatefulSet flts/kafka', 'spec.template.*', 'three brokers, each with a larger heap'),
    pipeline('ConfigMap flts/kafka-config', 'data', 'three brokers keep three copies'),
  ];
});
