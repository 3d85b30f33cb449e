import { createSocket, type Socket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import { freePort } from './free-port';

/** What a name server says when it is asked: its records, one of the errors of RFC 1035, or nothing at all. */
export type NameServerMode = 'answers' | 'fails' | 'refuses' | 'is silent';

const A = 1;
const AAAA = 28;
const OPT = 41;
const CODES = { answers: 0, fails: 2, unknown: 3, refuses: 5 } as const;
const TRUNCATED = 0x0200;

interface Question {
  readonly name: string;
  readonly type: number;
  /** As it was asked, for the answer. */
  readonly bytes: Buffer;
  /** Bytes that the answer may have. */
  readonly payload: number;
}

/** A name server on UDP that knows addresses, and cuts an answer off where the client has no room, as CoreDNS does. */
export class NameServer {
  mode: NameServerMode = 'answers';
  /** Addresses by fully qualified name; a name that is not among them does not exist. */
  readonly records = new Map<string, readonly string[]>();

  private constructor(
    readonly port: number,
    private readonly socket: Socket,
  ) {}

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    const port = await freePort();
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
    const server = new NameServer(port, socket);
    socket.on('message', (query, { address, port: client }) => {
      const answer = server.answer(query);
      if (answer !== undefined) socket.send(answer, client, address);
    });
    return server;
  }

  stop(): void {
    this.socket.close();
  }

  private answer(query: Buffer): Buffer | undefined {
    if (this.mode === 'is silent') return undefined;
    const { name, type, bytes, payload } = questionOf(query);
    const known = this.records.get(name);
    const code = CODES[this.mode === 'answers' && known === undefined ? 'unknown' : this.mode];
    const family = type === A ? isIPv4 : type === AAAA ? isIPv6 : () => false;
    const all = code === 0 ? (known ?? []).filter(family) : [];
    const room = Math.floor((payload - HEADER - bytes.length) / (type === AAAA ? RECORD + 12 : RECORD));
    const flags = 0x8580 | code | (all.length > room ? TRUNCATED : 0);
    const records = all.slice(0, room).map(record);
    const header = Buffer.alloc(HEADER);
    query.copy(header, 0, 0, 2);
    for (const [index, value] of [flags, 1, records.length].entries()) header.writeUInt16BE(value, 2 + 2 * index);
    return Buffer.concat([header, bytes, ...records]);
  }
}

const HEADER = 12;
const RECORD = 16;

function questionOf(query: Buffer): Question {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = query.readUInt16BE(at + 1);
  const end = at + 5;
  // The one record that may follow has an empty name, and the room of the client in place of a class.
  const extended = query.length >= end + 5 && query.readUInt16BE(end + 1) === OPT;
  const payload = extended ? query.readUInt16BE(end + 3) : 512;
  return { name: labels.join('.'), type, bytes: query.subarray(HEADER, end), payload };
}

/** A pointer to the name of the question, its type, class IN, five seconds to live, and an address. */
function record(address: string): Buffer {
  const bytes = isIPv4(address) ? address.split('.').map(Number) : bytesOf(address);
  return Buffer.from([0xc0, HEADER, 0, bytes.length === 4 ? A : AAAA, 0, 1, 0, 0, 0, 5, 0, bytes.length, ...bytes]);
}

/** The bytes of an IPv6 address, with or without a run of zeros that is left out. */
export function bytesOf(address: string): number[] {
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
}
