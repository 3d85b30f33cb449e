import type { Construct } from 'constructs';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { given } from '../../kube/objects/given';
import { fltsImage } from './images';
import type { FltsProgramsProps } from './programs';
import { Evaluator } from './programs/evaluator';
import { type ProphetModel, type RecurrentModel, type TrainedModel, trainerName } from './programs/models';
import { Preprocess } from './programs/preprocess';
import { Trainer } from './programs/trainer';
import { BUCKETS } from './stores';
import { FAILED, GROUPS, TOPICS } from './topics';

/** What differs from the published models. */
export interface FltsModels {
  readonly gru?: Partial<Omit<RecurrentModel, 'type'>>;
  readonly lstm?: Partial<Omit<RecurrentModel, 'type'>>;
  readonly prophet?: Omit<ProphetModel, 'type'>;
}

export interface FltsTrainingProps extends FltsProgramsProps {
  readonly dataset: string | undefined;
  readonly run: string | undefined;
  readonly models: FltsModels | undefined;
  readonly nodePool: NodePool | undefined;
}

/** What makes models of the dataset, and promotes the best. */
export interface FltsTraining {
  readonly preprocess: Preprocess;
  readonly trainers: readonly Trainer[];
  readonly evaluator: Evaluator;
}

/** The dataset is prepared, three models are trained on it, and the best of them is promoted. */
export function fltsTraining(scope: Construct, props: FltsTrainingProps): FltsTraining {
  const { profile, images, identifier, settings, liveness, kafka, gateway, tracking, dataset, run, nodePool } = props;
  const { networks, prophet } = profile;
  requireProp(
    prophet.replicas <= networks.replicas,
    scope,
    'profile.prophet.replicas',
    `be at most ${networks.replicas}, the replicas of the networks: the training data has a partition for each`,
    prophet.replicas,
  );
  const preprocess = new Preprocess(scope, 'preprocess', {
    ...profile.preprocess,
    ...fltsImage('preprocess', images),
    settings: settings?.preprocess,
    dataset,
    run,
    nodePool,
    gateway,
    kafka: kafka.connection,
    topics: { training: kafka.topic(TOPICS.training), inference: kafka.topic(TOPICS.data) },
    buckets: { input: BUCKETS.dataset, output: BUCKETS.processed },
    identifier,
  });
  const models: readonly [TrainedModel, ...TrainedModel[]] = [
    { epochs: networks.epochs, ...given(props.models?.gru), type: 'GRU' },
    { epochs: networks.epochs, ...given(props.models?.lstm), type: 'LSTM' },
    { ...props.models?.prophet, type: 'PROPHET' },
  ];
  const trainers = models.map((model) => {
    const { replicas: members, resources } = model.type === 'PROPHET' ? prophet : networks;
    const name = trainerName(model);
    return new Trainer(scope, name, {
      ...fltsImage(model.type === 'PROPHET' ? 'nonml' : 'train', images),
      settings: model.type === 'PROPHET' ? settings?.prophet : settings?.networks,
      liveness: model.type === 'PROPHET' ? liveness?.prophet : liveness?.networks,
      resources,
      nodePool,
      model,
      gateway,
      tracking,
      consumer: kafka.consumers({ groupId: name, topics: [TOPICS.training], members }),
      producerTopic: kafka.topic(TOPICS.trained),
      identifier,
    });
  });
  const [first, ...others] = models;
  const evaluator = new Evaluator(scope, 'eval', {
    ...profile.evaluator,
    ...fltsImage('eval', images),
    settings: settings?.evaluator,
    nodePool,
    gateway,
    tracking,
    consumer: kafka.consumers({ groupId: GROUPS.evaluation, topics: [TOPICS.trained], members: 1 }),
    topics: { selected: kafka.topic(TOPICS.promoted), failed: kafka.topic(FAILED.promoted) },
    promotionBucket: BUCKETS.promotion,
    expectedModels: [first.type, ...others.map(({ type }) => type)],
    identifier,
  });
  return { preprocess, trainers, evaluator };
}
