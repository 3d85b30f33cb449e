import { expect, it } from 'vitest';
import type { Stage } from './stage';

const REGISTRY = 'ml-platform';
const MODELS = 'ml-models';
/** A model that always says the same, as text that `curl` reads from its standard input. */
const MODEL = `python -c "
import pickle
from sklearn.dummy import DummyClassifier
model = DummyClassifier(strategy='constant', constant='setosa').fit([[0]], ['setosa'])
print(pickle.dumps(model, protocol=0).decode('ascii'), end='')"`;

/** What docs/how-to/deploy-a-model.md promises, with real servers of models. */
export function modelsAreServed(stage: Stage): void {
  it('serves a model that was uploaded to the registry, and says of another one that it is not there', async () => {
    const { kubectl, api, nodes } = stage.cluster;
    const [node] = nodes;
    const address = async (namespace: string, name: string) =>
      (await api.get(`/api/v1/namespaces/${namespace}/services/${name}`)).spec.clusterIP;
    const curl = (args: readonly string[], body?: string) =>
      (node as NonNullable<typeof node>).run(['curl', '--silent', '--show-error', '--fail', ...args], body);
    const registry = `http://${await address(REGISTRY, 'model-registry-service')}:8000`;
    const model = await stage.exec(REGISTRY, 'deployment/model-registry-api', MODEL);
    await curl(['-F', 'file=@-;filename=iris.pkl', `${registry}/models/iris-classifier/versions`], model);

    const deployment = (name: string, modelVersion: number) => ({
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      metadata: { name, namespace: MODELS },
      spec: { modelName: 'iris-classifier', modelVersion },
    });
    const list = { apiVersion: 'v1', kind: 'List', items: [deployment('iris', 1), deployment('lost', 9)] };
    await kubectl.run(['apply', '-f', '-'], JSON.stringify(list));
    const waitFor = (condition: string, name: string) =>
      kubectl.run(['-n', MODELS, 'wait', `--for=${condition}`, `md/${name}`, '--timeout=180s']);
    await waitFor('condition=Ready', 'iris');
    const server = `http://${await address(MODELS, 'iris-inference')}:8001/predict`;
    const answer = await curl(['--json', '{"features": [[5.1, 3.5, 1.4, 0.2]]}', server]);
    expect(JSON.parse(answer)).toEqual({ predictions: ['setosa'] });
    await waitFor('jsonpath={.status.conditions[?(@.type=="Degraded")].reason}=ModelNotFound', 'lost');

    await kubectl.run(['delete', '--cascade=foreground', '-f', '-'], JSON.stringify(list));
    await stage.settle();
    expect(await api.list(`/api/v1/namespaces/${MODELS}/pods`)).toEqual([]);
  });
}
