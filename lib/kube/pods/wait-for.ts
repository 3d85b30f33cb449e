import type { Address } from '../network/addresses';
import type { DatabaseConnection } from '../network/connections';
import { computeResources } from '../resources/quantities';
import type { ContainerProps } from './containers';

const RESOURCES = computeResources({ millicores: [10, 100], mebibytes: [16, 64] });

/**
 * An init container that waits until a role can log into its database: that the server answers is not enough for a
 * client that gives up, because databases, roles and passwords come after it.
 * @param name - name of the container
 * @param image - an image with `psql` and a shell
 */
export function waitForDatabase(name: string, image: string, connection: DatabaseConnection): ContainerProps {
  const { host, port, database, username, password } = connection;
  return {
    name,
    image,
    command: ['/bin/sh', '-euc', DATABASE_SCRIPT],
    env: {
      PGHOST: host,
      PGPORT: String(port),
      PGDATABASE: database,
      PGUSER: username,
      PGPASSWORD: password,
      PGCONNECT_TIMEOUT: '5',
    },
    resources: RESOURCES,
  };
}

/**
 * An init container that waits until an HTTP server answers, whatever it answers: behind a Service nothing does before
 * a pod is ready.
 * @param name - name of the container
 * @param image - an image with `curl` and a shell
 */
export function waitForHttp(name: string, image: string, url: string): ContainerProps {
  return { name, image, command: ['/bin/sh', '-euc', HTTP_SCRIPT], env: { URL: url }, resources: RESOURCES };
}

/**
 * An init container that waits until a TCP port accepts a connection.
 * @param name - name of the container
 * @param image - an image with `bash`
 */
export function waitForPort(name: string, image: string, { host, port }: Address): ContainerProps {
  return {
    name,
    image,
    command: ['/bin/bash', '-euc', PORT_SCRIPT],
    env: { SERVER_HOST: host, SERVER_PORT: String(port) },
    resources: RESOURCES,
  };
}

/** POSIX sh. psql prints why it cannot connect. */
export const DATABASE_SCRIPT = `until psql --no-password --no-psqlrc --quiet --output=/dev/null --command='SELECT 1'; do
  echo "waiting for database $PGDATABASE at $PGHOST:$PGPORT"
  sleep 2
done
`;

/** POSIX sh. curl prints why it gets no answer. */
export const HTTP_SCRIPT = `until curl --silent --show-error --max-time 5 --output /dev/null "$URL"; do
  echo "waiting for $URL"
  sleep 2
done
`;

/** Bash, which prints why it gets no connection. */
export const PORT_SCRIPT = `until (: <"/dev/tcp/$SERVER_HOST/$SERVER_PORT"); do
  echo "waiting for $SERVER_HOST:$SERVER_PORT"
  sleep 2
done
`;
