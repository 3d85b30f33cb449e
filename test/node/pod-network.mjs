// Runs in the network of a pod. `connect`: which of the addresses that stdin lists take a TCP connection, and whether the
// name of a Service is found. `listen PORT...`: takes connections on ports until it is stopped.
import { Resolver } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { json } from 'node:stream/consumers';

const [, , command, ...args] = process.argv;

/** Longer than any open connection takes on a machine that has much to do; what is refused is answered at once. */
const PATIENCE = 5000;

function opens({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

async function finds(name, server) {
  const resolver = new Resolver({ timeout: PATIENCE, tries: 1 });
  resolver.setServers([server]);
  try {
    return (await resolver.resolve4(name)).length > 0;
  } catch {
    return false;
  }
}

if (command === 'connect') {
  const { addresses, dns } = await json(process.stdin);
  const [names, ...open] = await Promise.all([
    finds('kubernetes.default.svc.cluster.local', dns),
    ...addresses.map(opens),
  ]);
  console.log(JSON.stringify({ names, open }));
} else {
  for (const port of args) createServer((socket) => socket.destroy()).listen(Number(port));
}
