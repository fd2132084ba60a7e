import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

const HEADER_BYTES = 48;
const SCSI_COMMAND = 0x01;
const MOVE_MEDIUM = 0xa5;

/** A move as it went over the wire, by the addresses of the elements. */
interface WiredMove {
  readonly from: number;
  readonly to: number;
}

/** Something between an initiator and a portal that reads what passes. */
export interface IscsiTap {
  /** Of the same device, by way of this. */
  readonly address: string;
  /** The MOVE MEDIUM commands that were sent since the last call. */
  moves(): WiredMove[];
  stop(): void;
}

/** Stands between a changer and who uses it, and reads the commands that pass (RFC 7143, 11.2 and 11.3): what is asked of a robot, whatever is said of it elsewhere. */
export const tapIscsi = async (address: string): Promise<IscsiTap> => {
  const { hostname, port } = new URL(address.replace('iscsi:', 'http:'));
  const moves: WiredMove[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const portal = createConnection({ host: hostname, port: Number(port) });
    for (const [one, other] of [
      [client, portal],
      [portal, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
    const read = commandReader((command) => {
      if (command[0] === MOVE_MEDIUM) moves.push({ from: command.readUInt16BE(4), to: command.readUInt16BE(6) });
    });
    client.on('data', (bytes) => {
      read(bytes);
      portal.write(bytes);
    });
    portal.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = server.address();
  if (own === null || typeof own === 'string') throw new TypeError('it listens nowhere');
  return {
    address: address.replace(`:${port}/`, `:${own.port}/`),
    moves: () => moves.splice(0),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

/** Hears the descriptor block of each SCSI command in a stream without digests. */
const commandReader = (hear: (command: Buffer) => void): ((bytes: Buffer) => void) => {
  let left = Buffer.alloc(0);
  return (bytes) => {
    left = Buffer.concat([left, bytes]);
    while (left.length >= HEADER_BYTES) {
      const whole = HEADER_BYTES + left.readUInt8(4) * 4 + Math.ceil(left.readUIntBE(5, 3) / 4) * 4;
      if (left.length < whole) return;
      if ((left.readUInt8(0) & 0x3f) === SCSI_COMMAND) hear(left.subarray(32, HEADER_BYTES));
      left = left.subarray(whole);
    }
  };
};
