import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { eventually, type HaproxyProcess } from '../../support/haproxy';
import { NameServer } from '../../support/name-server';
import { describeHaproxy, rendered } from './haproxy-processes';
import { portOf, subnet } from './loopback-pod';

describeHaproxy('a running HAProxy', (haproxy) => {
  const net = subnet();
  /** Each is asked by an address of its own. */
  const many = Array.from({ length: 40 }, (_, index) => `${net}.${index + 101}`);
  const seen = new Set<string | undefined>();
  const server = createServer((request, response) => {
    if (request.url !== '/ready') seen.add(request.socket.localAddress);
    response.end();
  });
  let names: NameServer;
  let beforeMany: HaproxyProcess;
  /** The same with the size of an answer that HAProxy asks for by itself. */
  let cutOff: HaproxyProcess;

  beforeAll(async () => {
    names = await NameServer.start();
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const big = rendered({ name: 'many' }, portOf(server), many.length);
    names.records.set('many-servers.demo.svc.cluster.local', many);
    beforeMany = await haproxy(big, names.port);
    cutOff = await haproxy({ ...big, config: big.config.replace('accepted_payload_size 8192', '') }, names.port);
    // The one that must not serve has had the longer time to.
    for (const each of [cutOff, beforeMany]) {
      each.start();
      await each.listens();
    }
  });
  afterAll(() => {
    server.close();
    names?.stop();
  });

  test('uses all servers, though they are more than an answer of 512 bytes has room for', async () => {
    onTestFailed(() => console.error(beforeMany.log));
    await eventually(
      async () => {
        await Promise.all(many.map(() => beforeMany.get('http', '/')));
        return many.every((each) => seen.has(each));
      },
      () => `only ${seen.size}: ${beforeMany.log}`,
    );
    expect((await cutOff.get('http', '/')).status).toBe(503);
  });
});
