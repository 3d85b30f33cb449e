import { describe, expect, test } from 'vitest';
import {
  type ForwardedPort,
  localUrl,
  portForwardArguments,
  portTable,
  requireForwardedPorts,
} from '../../../lib/platform/reports/ports';

const zenml: ForwardedPort = { name: 'zenml', local: 8080, namespace: 'fair', service: 'zenml', port: 80 };
const postgres: ForwardedPort = {
  name: 'postgres',
  local: 5432,
  namespace: 'databases',
  service: 'postgres',
  port: 5432,
  url: 'postgresql://localhost:5432',
};

describe('forwarded ports', () => {
  test('are a table with columns of one width', () => {
    expect(portTable([zenml, postgres])).toBe(
      [
        '| What     | Open                        | Namespace   | Service             |',
        '| -------- | --------------------------- | ----------- | ------------------- |',
        '| zenml    | http://localhost:8080       | `fair`      | `svc/zenml:80`      |',
        '| postgres | postgresql://localhost:5432 | `databases` | `svc/postgres:5432` |',
        '',
      ].join('\n'),
    );
  });

  test('are forwarded by kubectl, from the cluster of a context where one is given', () => {
    const forward = ['-n', 'fair', 'port-forward', 'svc/zenml', '8080:80'];
    expect(portForwardArguments(zenml)).toEqual(forward);
    expect(portForwardArguments(zenml, { context: 'kind-a' })).toEqual(['--context=kind-a', ...forward]);
  });

  test('are opened by their URL', () => {
    expect(localUrl(zenml)).toBe('http://localhost:8080');
    expect(localUrl(postgres)).toBe('postgresql://localhost:5432');
  });

  test.each<[string, Partial<ForwardedPort>, string]>([
    ['two of one name', { name: 'zenml' }, "forwarded port 'zenml': 'name' must be used once, got 'zenml'"],
    [
      'two on one local port',
      { local: 8080 },
      "forwarded port 'postgres': 'local' must be a port of its own ('zenml' has it already), got 8080",
    ],
    ['a local port out of range', { local: 0 }, "'local' must be a port from 1 to 65535, got 0"],
    ['a port of the Service out of range', { port: 65536 }, "'port' must be a port from 1 to 65535, got 65536"],
    ['a name that is none', { name: 'Post gres' }, "'name' must be a DNS label"],
    ['a namespace that is none', { namespace: '' }, "'namespace' must be a DNS label"],
    ['a Service that is none', { service: '1st' }, "'service' must be a DNS label that starts with a letter"],
    [
      'a property that does not exist',
      { ulr: 'a' } as Partial<ForwardedPort>,
      "'ulr' must be a known property (name, local, namespace, service, port, url), got 'a'",
    ],
    ['a URL that breaks the table', { url: 'a|b' }, "'url' must have no spaces and no '|', got 'a|b'"],
  ])('fails for %s', (_, change, message) => {
    const ports = [zenml, { ...postgres, ...change }];
    expect(() => portTable(ports)).toThrow(message);
  });

  test('fails for a local port that the kind cluster maps', () => {
    expect(() => requireForwardedPorts([zenml], [{ hostPort: 8092 }, { hostPort: 8080 }])).toThrow(
      "forwarded port 'zenml': 'local' must be a port of its own (the kind cluster has it already), got 8080",
    );
    expect(() => requireForwardedPorts([zenml], [{ hostPort: 8092 }])).not.toThrow();
  });
});
