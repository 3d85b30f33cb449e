import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import { bytesOf } from './name-server';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const NO_SUCH_NAME = 3;

/** A DNS server on the loopback address that knows the addresses of some names, as CoreDNS does of headless Services. */
export class DnsServer {
  /** Every name that was asked for, in order. */
  readonly questions: string[] = [];
  private readonly records = new Map<string, readonly string[]>();
  private socket?: Socket;
  private bound = 0;

  /** @param host - any address that begins with 127: port 53 of each is another server */
  constructor(readonly host = '127.0.0.1') {}

  /** The port that it answers on, also while it is stopped. */
  get port(): number {
    return this.bound;
  }

  /** Says which addresses a name has from now on: none for a Service without pods, undefined for no such name. */
  set(name: string, addresses: readonly string[] | undefined): void {
    if (addresses === undefined) this.records.delete(name);
    else this.records.set(name, addresses);
  }

  /** Starts to answer, on the port that it had before where there was one. @param port - any that is free for 0 */
  async start(port = this.bound): Promise<void> {
    const socket = createSocket('udp4');
    socket.on('message', (query, client) => this.answer(socket, query, client));
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, this.host, resolve);
    });
    this.socket = socket;
    this.bound = socket.address().port;
  }

  /** Answers nothing any more. */
  async stop(): Promise<void> {
    const { socket } = this;
    this.socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  private answer(socket: Socket, query: Buffer, client: RemoteInfo): void {
    const { name, type, end } = question(query);
    this.questions.push(name);
    const addresses = this.records.get(name);
    const family = type === TYPE_A ? isIPv4 : type === TYPE_AAAA ? isIPv6 : () => false;
    const answers = (addresses ?? []).filter(family);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    // Response, authoritative, with the client's wish for recursion.
    header.writeUInt16BE(0x8480 | (query.readUInt16BE(2) & 0x0100) | (addresses === undefined ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    socket.send(Buffer.concat([header, query.subarray(12, end), ...answers.map(record)]), client.port, client.address);
  }
}

/** The one question of a query: names are runs of a length and as many characters, and end with a length of 0. */
function question(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let offset = 12;
  for (let length = query.readUInt8(offset); length > 0; length = query.readUInt8(offset)) {
    labels.push(query.toString('ascii', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(offset + 1), end: offset + 5 };
}

/** A record of the name that was asked for, to be asked for again after a second. */
function record(address: string): Buffer {
  const bytes = isIPv4(address) ? address.split('.').map(Number) : bytesOf(address);
  const [pointer, ttl] = [0xc00c, 1];
  const head = Buffer.alloc(12);
  head.writeUInt16BE(pointer, 0);
  head.writeUInt16BE(bytes.length === 4 ? TYPE_A : TYPE_AAAA, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, Buffer.from(bytes)]);
}
