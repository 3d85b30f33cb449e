import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findProgram } from '../platform/releases/programs';
import type { Manifest } from './synth';

/** What a program printed, and its exit code. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The classes behind the scripts of a Kafka distribution, which the registry of Java does not have. */
const TOOLS = {
  'kafka-storage.sh': 'kafka.tools.StorageTool',
  'kafka-server-start.sh': 'kafka.Kafka',
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'kafka-configs.sh': 'kafka.admin.ConfigCommand',
  'kafka-broker-api-versions.sh': 'kafka.admin.BrokerApiVersionsCommand',
} as const;

/** Ends the broker with the test, however the test ends: its standard input is closed then. */
const WATCHDOG = '"$@" & read -r line || true; kill $!; wait $!';

/**
 * The jars of Kafka, where KAFKA_JARS says that they are: its tests take a minute, so nobody runs them unasked.
 * @returns the reason where there are none
 */
export function findKafka(): { readonly jars: string } | string {
  const { KAFKA_JARS } = process.env;
  if (KAFKA_JARS === undefined) return 'no Kafka: KAFKA_JARS names no folder of jars (.ci/install-kafka fills one)';
  const jars = resolve(KAFKA_JARS);
  if (!existsSync(jars)) return `no Kafka: ${jars} is missing (KAFKA_JARS)`;
  return findProgram('java') === undefined ? 'no Kafka: there is no java' : { jars };
}

/** The brokers of a rendered StatefulSet, each on a loopback address of its own, under their names in the cluster. */
export class KafkaCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'kafka-'));
  private readonly brokers: ChildProcess[] = [];
  private readonly pod: Manifest;
  private readonly names: readonly string[];
  private readonly addresses: readonly string[];
  private readonly service: string;
  log = '';

  constructor(
    private readonly jars: string,
    private readonly objects: { readonly server: Manifest; readonly config: Manifest },
  ) {
    const { metadata, spec } = objects.server;
    this.pod = spec.template.spec.containers[0];
    this.names = Array.from({ length: spec.replicas }, (_, ordinal) => `${metadata.name}-${ordinal}`);
    const net = () => 2 + Math.floor(Math.random() * 250);
    const subnet = `127.${net()}.${net()}`;
    this.addresses = this.names.map((_, ordinal) => `${subnet}.${ordinal + 1}`);
    this.service = `${metadata.name}.${metadata.namespace}.svc`;
    this.writeShims();
  }

  /** Starts one broker by the command of its container. */
  start(ordinal: number): void {
    const [name = '', address = ''] = [this.names[ordinal], this.addresses[ordinal]];
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    const data = this.objects.config.data as Record<string, string>;
    for (const [file, text] of Object.entries(data)) {
      writeFileSync(join(folder, file), text.replaceAll('/var/lib/kafka', join(folder, 'volume')));
    }
    const broker = spawn('/bin/sh', ['-c', WATCHDOG, 'watchdog', ...this.pod.command], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...this.env(folder), ...this.literals(folder), POD_NAME: name, ADDRESS: address, ZONE: `zone-${ordinal}` },
    });
    for (const stream of [broker.stdout, broker.stderr]) {
      stream.on('data', (chunk) => {
        this.log += chunk;
      });
    }
    this.brokers[ordinal] = broker;
  }

  /** Stops one broker and waits for its end. */
  async stop(ordinal: number): Promise<void> {
    const broker = this.brokers[ordinal];
    if (broker === undefined || broker.exitCode !== null) return;
    const end = new Promise((done) => broker.once('exit', done));
    broker.stdin?.end();
    await end;
  }

  /** Runs the readiness probe of one of several brokers. */
  async ready(ordinal: number): Promise<boolean> {
    const [name = '', address = ''] = [this.names[ordinal], this.addresses[ordinal]];
    const { command } = this.pod.readinessProbe.exec;
    const env = { ...this.literals(join(this.folder, name)), POD_NAME: name, ADDRESS: address };
    return (await this.run(command, env)).code === 0;
  }

  /** Whether a broker is open to clients within a time. */
  async accepts(ordinal: number, seconds: number): Promise<boolean> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await setTimeout(200)) {
      if (await opens(this.addresses[ordinal] ?? '', 9092)) return true;
    }
    return false;
  }

  /** Runs the container of a Job, or any tool of Kafka, beside the brokers. */
  run(command: readonly string[], env: Record<string, string> = {}): Promise<Run> {
    const [file = '', ...args] = command;
    const folder = mkdtempSync(join(this.folder, 'run-'));
    return new Promise((done) => {
      const child = spawn(file, args, { env: { ...this.env(folder), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      child.on('close', (code) => done({ code, stdout, stderr }));
    });
  }

  async destroy(): Promise<void> {
    await Promise.all(this.names.map((_, ordinal) => this.stop(ordinal)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private env(folder: string): Record<string, string> {
    return { PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`, TMPDIR: folder, LOGGING: folder };
  }

  private literals(folder: string): Record<string, string> {
    const literals = this.pod.env.filter(({ value }: Manifest) => value !== undefined);
    return {
      ...Object.fromEntries(literals.map(({ name, value }: Manifest) => [name, value])),
      SHARED_PROPERTIES: join(folder, 'server.properties'),
      TMPDIR: join(folder, 'volume'),
    };
  }

  /** The scripts of the distribution, but that a broker listens on its own address and knows the names of the cluster. */
  private writeShims(): void {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    for (const name of this.names) mkdirSync(join(this.folder, name, 'volume'), { recursive: true });
    const headless = this.service.replace('.', '-headless.');
    const hosts = this.names.map((name, ordinal) => `${this.addresses[ordinal]} ${name}.${headless}\n`);
    writeFileSync(join(this.folder, 'hosts'), [...hosts, `${this.addresses[0]} ${this.service}\n`].join(''));
    writeFileSync(join(this.folder, 'log4j.properties'), 'log4j.rootLogger=ERROR\n');
    // What opens connections knows the names of the cluster, and each broker is on an address of its own.
    const known = hosts.map((line) => line.trim().replace(/^(\S+) (\S+)$/, 's#$2#$1#'));
    const bash = `exec /bin/bash "$1" "$(echo "$2" | sed "${known.join(';')};s#localhost#$ADDRESS#")"`;
    writeFileSync(join(bin, 'bash'), `#!/bin/sh\n${bash}\n`, { mode: 0o755 });
    const java = `exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Djdk.net.hosts.file=${this.folder}/hosts`;
    for (const [script, main] of Object.entries(TOOLS)) {
      const isServer = script === 'kafka-server-start.sh';
      const listen = `sed "s#//:#//$ADDRESS:#g; s#^#&#" "$1" >"$1.local"; set -- "$1.local"`;
      const logging = isServer ? '$KAFKA_LOG4J_OPTS' : `-Dlog4j.configuration=file:${this.folder}/log4j.properties`;
      const lines = [
        '#!/bin/sh',
        ...(isServer ? [listen, `KAFKA_LOG4J_OPTS=-Dlog4j.configuration=file:$LOGGING/log4j.properties`] : []),
        `${java} -Xmx256m ${logging} -cp '${this.jars}/*' ${main} "$@"`,
      ];
      writeFileSync(join(bin, script), `${lines.join('\n')}\n`);
      chmodSync(join(bin, script), 0o755);
    }
  }
}

function opens(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ host, port, timeout: 1000 });
    const end = (open: boolean) => {
      socket.destroy();
      done(open);
    };
    socket.on('connect', () => end(true));
    for (const event of ['error', 'timeout']) socket.on(event, () => end(false));
  });
}
