// Stands in for `kubectl port-forward`, which needs a kubelet: forwards the connections of a port to one of $BACKENDS.
import { connect, createServer } from 'node:net';

const [, local, port] = /^(\d+):(\d+)$/.exec(process.argv.at(-1) ?? '') ?? [];
const { http, postgres } = JSON.parse(process.env.BACKENDS ?? '{}');
createServer((client) => {
  const server = connect(port === '5432' ? postgres : http, '127.0.0.1');
  client.pipe(server).pipe(client);
  for (const one of [client, server]) one.on('error', () => client.destroy());
}).listen(Number(local), '127.0.0.1');
