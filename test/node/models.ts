import { expect, it } from 'vitest';
import type { Stage } from './stage';

const REGISTRY = 'ml-platform';
const MODELS = 'ml-models';
/** Makes a model that always says the same, and uploads it. */
const UPLOAD = `python -c "
import pickle, requests
from sklearn.dummy import DummyClassifier
model = DummyClassifier(strategy='constant', constant='setosa').fit([[0]], ['setosa'])
url = 'http://localhost:8000/models/iris-classifier/versions'
requests.post(url, files={'file': ('iris.pkl', pickle.dumps(model))}).raise_for_status()"`;

/** What docs/how-to/deploy-a-model.md promises, with real servers of models. */
export function modelsAreServed(stage: Stage): void {
  it('serves a model that was uploaded to the registry, and says of another one that it is not there', async () => {
    const { kubectl, api, first } = stage.cluster;
    await stage.exec(REGISTRY, 'deployment/model-registry-api', UPLOAD);

    const deployment = (name: string, modelVersion: number) => ({
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      metadata: { name, namespace: MODELS },
      spec: { modelName: 'iris-classifier', modelVersion },
    });
    const list = { apiVersion: 'v1', kind: 'List', items: [deployment('iris', 1), deployment('lost', 9)] };
    await kubectl.run(['apply', '-f', '-'], JSON.stringify(list));
    const waitFor = async (condition: string, name: string) => {
      const { code } = await kubectl.try(['-n', MODELS, 'wait', `--for=${condition}`, `md/${name}`, '--timeout=180s']);
      if (code !== 0) throw new Error(await kubectl.run(['-n', MODELS, 'describe', `md/${name}`]));
    };
    await waitFor('condition=Ready', 'iris');
    const { clusterIP } = (await api.get(`/api/v1/namespaces/${MODELS}/services/iris-inference`)).spec;
    const data = '{"features": [[5.1, 3.5, 1.4, 0.2]]}';
    const answer = await first.ask(`http://${clusterIP}:8001/predict`, ['--json', data]);
    expect(JSON.parse(answer)).toEqual({ predictions: ['setosa'] });
    await waitFor('jsonpath={.status.conditions[?(@.type=="Degraded")].reason}=ModelNotFound', 'lost');

    await kubectl.run(['delete', '--cascade=foreground', '-f', '-'], JSON.stringify(list));
    await stage.settle();
    expect(await api.list(`/api/v1/namespaces/${MODELS}/pods`)).toEqual([]);
  });
}
