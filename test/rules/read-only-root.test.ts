import { container, deployment } from '../support/manifests';
import { describeRule, eachContainer, world } from '../support/rules';

const rule = eachContainer(({ securityContext }) =>
  securityContext?.readOnlyRootFilesystem === true ? [] : ['may write to its root file system'],
);

describeRule('no container writes to its root file system', rule, {
  good: [world([deployment()])],
  bad: [
    [
      world([deployment({ containers: [container({ securityContext: { readOnlyRootFilesystem: false } })] })]),
      'Deployment api: main: may write to its root file system',
    ],
    [
      world([deployment({ initContainers: [{ name: 'wait' }] })]),
      'Deployment api: wait: may write to its root file system',
    ],
  ],
});
