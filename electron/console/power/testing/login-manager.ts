import { once } from 'node:events';
import { connect } from 'node:net';

const HELLO = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', to: 'org.freedesktop.DBus' };
const MANAGER = { path: '/org/freedesktop/login1', interface: 'org.freedesktop.login1.Manager' };
const [CALL, SIGNAL] = [1, 4];

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const padded = (bytes: Buffer, to: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);
const text = (value: string): Buffer => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(`${value}\0`)]);
const signature = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(`${value}\0`)]);

interface Said {
  readonly path: string;
  readonly interface: string;
  readonly to?: string;
}

/** A message of D-Bus (D-Bus Specification, Message Protocol), little-endian. */
const message = (
  serial: number,
  type: number,
  { path, interface: of, to }: Said,
  member: string,
  [kind, body]: readonly [string, Buffer],
) => {
  const fields: [number, 'o' | 's' | 'g', string][] = [
    [1, 'o', path],
    [2, 's', of],
    [3, 's', member],
    ...(to === undefined ? [] : [[6, 's', to] as [number, 's', string]]),
    ...(kind === '' ? [] : [[8, 'g', kind] as [number, 'g', string]]),
  ];
  const header = fields.reduce((before, [code, as, value]) => {
    const named = Buffer.concat([padded(before, 8), Buffer.from([code]), signature(as)]);
    return as === 'g' ? Buffer.concat([named, signature(value)]) : Buffer.concat([padded(named, 4), text(value)]);
  }, Buffer.alloc(0));
  const begin = Buffer.from([0x6c, type, type === SIGNAL ? 1 : 0, 1]);
  const head = Buffer.concat([begin, u32(body.length), u32(serial), u32(header.length), header]);
  return Buffer.concat([padded(head, 8), body]);
};

/** Says on a bus what logind says of sleeps, under its name. */
export const openLoginManager = async (
  socket: string,
): Promise<{ readonly prepareForSleep: (on: boolean) => void; readonly close: () => void }> => {
  const bus = connect(socket);
  let serial = 0;
  const say = (type: number, said: Said, member: string, body: readonly [string, Buffer]) => {
    serial += 1;
    bus.write(message(serial, type, said, member, body));
  };
  bus.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.())).toString('hex')}\r\n`);
  await once(bus, 'data');
  bus.on('data', () => undefined);
  bus.write('BEGIN\r\n');
  say(CALL, HELLO, 'Hello', ['', Buffer.alloc(0)]);
  say(CALL, HELLO, 'RequestName', ['su', Buffer.concat([padded(text('org.freedesktop.login1'), 4), u32(0)])]);
  return {
    prepareForSleep: (on) => say(SIGNAL, MANAGER, 'PrepareForSleep', ['b', u32(Number(on))]),
    close: () => bus.destroy(),
  };
};
