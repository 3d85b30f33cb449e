import { afterAll, beforeAll, expect, it } from 'vitest';
import { uvicornHost } from '../../../lib/kube/network/addresses';
import { freePort } from '../../support/free-port';
import { findLayers, type NodeLayers } from '../../support/node-layers';
import { describeProgram } from '../../support/programs';
import { ServerProcess } from '../../support/server-process';

/** A server of the kind that images have: it takes its address from the variable API_HOST. */
const PROGRAM = `import os, uvicorn
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})
if __name__ == "__main__":
    uvicorn.run(app, host=os.environ["API_HOST"], port=int(os.environ["PORT"]), lifespan="off")`;

const UVICORN = 'uvicorn main:app --port=$PORT --lifespan=off';
const MLFLOW = 'mlflow server --port=$PORT --backend-store-uri=sqlite:////tmp/runs.db';
/** Of the chart of MLflow, which starts gunicorn. */
const GUNICORN = "--gunicorn-opts='--log-level=info' --workers=2";
const { A, AAAA, BOTH } = { A: '127.0.0.1', AAAA: '[::1]', BOTH: '127.0.0.1 [::1]' };

describeProgram(findLayers('system', 'mlflow'), 'the addresses that a server listens at', (found) => {
  let layers: NodeLayers;
  beforeAll(() => {
    layers = found().create();
  });
  afterAll(() => layers.destroy());

  it.each([
    ['uvicorn in one process', `${UVICORN} --host='${uvicornHost(1)}'`, BOTH],
    ['uvicorn in two processes', `${UVICORN} --host='${uvicornHost(2)}' --workers=2`, BOTH],
    ['uvicorn of a program', `API_HOST='${uvicornHost(1)}' python main.py`, BOTH],
    ['mlflow in one process', `${MLFLOW} --workers=1 --host='${uvicornHost(1)}'`, BOTH],
    ['mlflow in two processes', `${MLFLOW} --workers=2 --host='${uvicornHost(2)}'`, BOTH],
    ['mlflow of its chart', `${MLFLOW} ${GUNICORN} --host='[::]'`, BOTH],
    // Why there is no one value for all.
    ['uvicorn in one process with the host of two', `${UVICORN} --host='${uvicornHost(2)}'`, AAAA],
    ['uvicorn in two processes with the host of one', `${UVICORN} --host='${uvicornHost(1)}' --workers=2`, A],
  ])('are for %s: %s', async (name, command, addresses) => {
    const port = String(await freePort());
    const script = `cd /tmp; printf %s "$PROGRAM" > main.py; PATH=/opt/mlflow/bin:$PATH; ${command}`;
    const env = { PROGRAM, PORT: port, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' };
    const server = new ServerProcess(layers.prefix(name.replaceAll(' ', '-')), ['sh', '-euc', script], env);
    try {
      const [first = ''] = addresses.split(' ');
      await server.answers(`http://${first}:${port}/health`);
      const answering = [A, AAAA].map(async (address) => {
        const answer = await fetch(`http://${address}:${port}/health`).catch(() => undefined);
        return answer?.ok ? address : '';
      });
      expect((await Promise.all(answering)).filter(Boolean).join(' ')).toBe(addresses);
    } finally {
      await server.stop();
    }
  });
});
