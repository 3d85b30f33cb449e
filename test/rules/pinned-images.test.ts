import { container, deployment } from '../support/manifests';
import { describeRule, eachContainer, world } from '../support/rules';

const rule = eachContainer(({ image = '', imagePullPolicy }, _, { config }) => {
  const { registry } = config.images ?? {};
  const [, tag, digest] = /^[^@]*?(?::([\w][\w.-]*))?(@sha256:[0-9a-f]{64})?$/.exec(image) ?? [];
  return [
    ...(digest !== undefined || (tag !== undefined && tag !== 'latest') ? [] : [`${image} is not pinned`]),
    ...(registry === undefined || imagePullPolicy === 'Never' || image.startsWith(`${registry}/`)
      ? []
      : [`${image} is not in the registry of the environment`]),
  ];
});

const running = (image: string) => world([deployment({ containers: [container({ image })] })]);
const digest = `@sha256:${'0'.repeat(64)}`;

describeRule('every image is pinned, and comes from the registry of its environment', rule, {
  good: [running('postgres:17'), running(`postgres${digest}`), running('localhost:5000/postgres:17')],
  bad: [
    [running('postgres'), 'Deployment api: main: postgres is not pinned'],
    [running('postgres:latest'), 'Deployment api: main: postgres:latest is not pinned'],
    [running('localhost:5000/postgres'), 'Deployment api: main: localhost:5000/postgres is not pinned'],
    [
      world([deployment()], {
        config: { name: 'a', nodePools: [], stacks: {}, images: { registry: 'registry.example.org' } },
      }),
      'Deployment api: main: example.org/server:1.2.3 is not in the registry of the environment',
    ],
  ],
});
