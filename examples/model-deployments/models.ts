import { Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
// In a repository of your own: from 'cdk8s-ml-platform/stacks/model-platform'.
import { ModelDeployment, type ModelDeploymentProps } from '../../lib/stacks/model-platform';

const large = {
  requests: { cpu: Cpu.millis(500), memory: Size.mebibytes(512) },
  limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) },
};

/** The first version of a small model: two pods, up to five under load. */
export const irisClassifier: ModelDeploymentProps = {
  name: 'iris-classifier',
  labels: { model: 'iris-classifier', environment: 'development' },
  modelName: 'iris-classifier',
  modelVersion: 1,
  replicas: 2,
  environment: 'development',
  resources: {
    requests: { cpu: Cpu.millis(250), memory: Size.mebibytes(256) },
    limits: { cpu: Cpu.millis(500), memory: Size.mebibytes(512) },
  },
  autoscaling: { minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 70 },
};

/** A model in production: three pods, up to ten under load. */
export const churnPredictor: ModelDeploymentProps = {
  name: 'churn-predictor',
  labels: { model: 'churn-predictor', environment: 'production' },
  modelName: 'churn-predictor',
  modelVersion: 1,
  replicas: 3,
  environment: 'production',
  resources: large,
  autoscaling: { minReplicas: 3, maxReplicas: 10, targetCPUUtilizationPercentage: 80 },
};

/** The second version of the model of `irisClassifier`, beside the first: the name is the deployment's own. */
export const myModel: ModelDeploymentProps = {
  name: 'my-model',
  modelName: 'iris-classifier',
  modelVersion: 2,
  replicas: 3,
  environment: 'production',
  resources: large,
  autoscaling: { minReplicas: 3, maxReplicas: 10, targetCPUUtilizationPercentage: 80 },
};

/** One file a model, so that each is applied and deleted by itself. */
export function writeModels(app: Construct): void {
  for (const model of [irisClassifier, churnPredictor, myModel]) {
    new ModelDeployment(new Chart(app, model.name, { namespace: 'ml-models' }), 'model', model);
  }
}
