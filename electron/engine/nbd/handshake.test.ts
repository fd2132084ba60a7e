import { describe, expect, it } from 'vitest';
import { EXPORT_FLAG, INFO, OPTION, REPLY } from './protocol.ts';
import { clientFlags, contextData, goTo, infoData, option } from './testing/client-bytes.ts';
import { MemoryDevice } from './testing/memory-device.ts';
import { Served, viewOf } from './testing/served.ts';

const disk = new MemoryDevice(1 << 20);
const frozen = new MemoryDevice(4096, true);
const withDirty = new MemoryDevice(4096);
withDirty.contexts.push(
  { name: 'coldframe:dirty:a', status: () => [] },
  { name: 'coldframe:protected', status: () => [] },
);
const view = viewOf({ disk, frozen, dirty: withDirty });

const greeted = (tls = false): Served => {
  const served = new Served(view, { tls });
  served.send(clientFlags(3)).said();
  return served;
};
const typesFor = (served: Served, ...sent: Buffer[]): number[] =>
  served
    .send(...sent)
    .said()
    .optionReplies()
    .map(({ type }) => type);
const contextsFor = (served: Served, type: number, name: string, queries: string[]): string[] =>
  served
    .send(option(type, contextData(name, queries)))
    .said()
    .optionReplies()
    .filter((reply) => reply.type === REPLY.metaContext)
    .map(({ data }) => data.toString('utf8', 4));

describe('the handshake of the server', () => {
  it('greets as fixed newstyle that can leave out the zeroes', () => {
    const served = new Served(view);
    served.send(new Uint8Array(0));
    expect(served.said().greeting()).toBe(3);
  });

  it.each([4, 0x80000000])('cuts off who sets a flag that it does not know (%i)', (flags) => {
    expect(new Served(view).send(clientFlags(flags)).last).toBe('end');
  });

  it('lists the exports', () => {
    const replies = greeted().send(option(OPTION.list)).said().optionReplies();
    const names = replies.slice(0, -1).map(({ data }) => data.toString('utf8', 4, 4 + data.readUInt32BE(0)));
    expect(names).toEqual(['disk', 'frozen', 'dirty']);
    expect(replies.at(-1)?.type).toBe(REPLY.ack);
  });

  it('answers what it does not know and passes over its data, also in pieces', () => {
    const unknown = option(77, Buffer.alloc(5000, 1));
    const served = greeted();
    expect(typesFor(served, unknown.subarray(0, 9), unknown.subarray(9, 300), unknown.subarray(300))).toEqual([
      REPLY.errUnsupported,
    ]);
    expect(typesFor(served, option(OPTION.structuredReply))).toEqual([REPLY.ack]);
  });

  it('passes over data that is too long without keeping it', () => {
    const served = greeted();
    const sent = [option(OPTION.go, Buffer.alloc(200_000)), option(OPTION.list, Buffer.alloc(1))];
    expect(typesFor(served, ...sent)).toEqual([REPLY.errTooBig, REPLY.errInvalid]);
    expect(served.session.input.bytes.length).toBeLessThan(1 << 19);
  });

  it('cuts off who announces more than can be passed over', () => {
    const header = option(77).subarray(0, 12);
    expect(greeted().send(Buffer.concat([header, Buffer.from([0xff, 0xff, 0xff, 0xff])])).last).toBe('end');
  });

  it('cuts off who sends no option', () => {
    expect(greeted().send(Buffer.alloc(16, 1)).last).toBe('end');
  });

  it('tells size, flags, name, description and block sizes of an export', () => {
    const wanted = [INFO.name, INFO.description, INFO.blockSize, 99];
    const replies = greeted()
      .send(option(OPTION.info, infoData('disk', wanted)))
      .said()
      .optionReplies();
    const infos = new Map(replies.slice(0, -1).map(({ data }) => [data.readUInt16BE(0), data.subarray(2)]));
    expect(infos.get(INFO.export)?.readBigUInt64BE(0)).toBe(1n << 20n);
    const writable = EXPORT_FLAG.sendTrim | EXPORT_FLAG.sendWriteZeroes | EXPORT_FLAG.sendFastZero;
    const always = EXPORT_FLAG.hasFlags | EXPORT_FLAG.sendFlush | EXPORT_FLAG.sendFua | EXPORT_FLAG.canMultiConn;
    expect(infos.get(INFO.export)?.readUInt16BE(8)).toBe(writable | always | EXPORT_FLAG.sendCache);
    expect(infos.get(INFO.name)?.toString()).toBe('disk');
    expect(infos.get(INFO.description)?.toString()).toBe('about disk');
    const sizes = infos.get(INFO.blockSize) ?? Buffer.alloc(12);
    expect([0, 4, 8].map((at) => sizes.readUInt32BE(at))).toEqual([1, 4096, 32 * 1024 * 1024]);
    expect(replies.at(-1)?.type).toBe(REPLY.ack);
  });

  it('says of a read-only export that it is one, and of DF only when replies are structured', () => {
    const replies = greeted()
      .send(option(OPTION.structuredReply), option(OPTION.info, infoData('frozen')))
      .said()
      .optionReplies();
    const flags = replies[1]?.data.readUInt16BE(10) ?? 0;
    expect(flags & EXPORT_FLAG.readOnly).not.toBe(0);
    expect(flags & EXPORT_FLAG.sendDf).not.toBe(0);
    expect(flags & (EXPORT_FLAG.sendTrim | EXPORT_FLAG.sendWriteZeroes)).toBe(0);
  });

  it('refuses an export that it does not have, and stays', () => {
    const served = greeted();
    expect(typesFor(served, option(OPTION.go, infoData('other')))).toEqual([REPLY.errUnknown]);
    expect(typesFor(served, option(OPTION.go, infoData('disk')))).toEqual([REPLY.info, REPLY.ack]);
    expect(served.session.transmitting).toBe(true);
  });

  it('refuses requests for information that are not well formed', () => {
    const good = infoData('disk', [0]);
    const bad = [good.subarray(0, 9), Buffer.concat([good, Buffer.alloc(1)]), infoData('a\0b'), Buffer.alloc(0)];
    const lying = Buffer.from(good);
    lying.writeUInt32BE(0x7fffffff, 0);
    expect(typesFor(greeted(), ...[...bad, lying].map((data) => option(OPTION.go, data)))).toEqual(
      Array.from({ length: 5 }, () => REPLY.errInvalid),
    );
  });

  it('ends with the name of an export in the old way, with and without zeroes', () => {
    const plain = new Served(view).send(clientFlags(1), option(OPTION.exportName, Buffer.from('disk')));
    const said = plain.said();
    said.greeting();
    expect(said.take(10).readBigUInt64BE(0)).toBe(1n << 20n);
    expect(said.take(124).every((byte) => byte === 0) && said.atEnd).toBe(true);
    const short = greeted().send(option(OPTION.exportName, Buffer.from('disk')));
    expect(short.said().take(10).length).toBe(10);
    expect(greeted().send(option(OPTION.exportName, Buffer.from('other'))).last).toBe('end');
  });

  it('lists contexts by name, by namespace and all', () => {
    const served = greeted();
    served.send(option(OPTION.structuredReply)).said();
    const list = (queries: string[]) => contextsFor(served, OPTION.listMetaContext, 'dirty', queries);
    expect(list([])).toEqual(['base:allocation', 'coldframe:dirty:a', 'coldframe:protected']);
    expect(list(['base:'])).toEqual(['base:allocation']);
    expect(list(['coldframe:dirty:', 'other:x'])).toEqual(['coldframe:dirty:a']);
  });

  it('chooses contexts by their whole names, each once', () => {
    const served = greeted();
    served.send(option(OPTION.structuredReply)).said();
    const chosen = (queries: string[]) => contextsFor(served, OPTION.setMetaContext, 'dirty', queries);
    expect(chosen(['base:allocation', 'coldframe:protected', 'base:allocation'])).toEqual([
      'base:allocation',
      'coldframe:protected',
    ]);
    expect(chosen(['base:', 'coldframe:dirty:'])).toEqual([]);
    expect(chosen([])).toEqual([]);
  });

  it('chooses no contexts without structured replies, nor from a request that is cut short', () => {
    const sent = option(OPTION.setMetaContext, contextData('disk', ['base:allocation']));
    expect(typesFor(greeted(), sent)).toEqual([REPLY.errInvalid]);
    const served = greeted();
    served.send(option(OPTION.structuredReply)).said();
    const lying = contextData('disk', ['base:allocation']);
    lying.writeUInt32BE(0x10000, 8);
    expect(typesFor(served, option(OPTION.setMetaContext, lying))).toEqual([REPLY.errInvalid]);
  });

  it('answers an abort and is done', () => {
    const served = greeted();
    expect(typesFor(served, option(OPTION.abort, Buffer.alloc(3)))).toEqual([REPLY.ack]);
    expect(served.last).toBe('end');
  });

  it('gives a device back when another is asked for, and when it ends', () => {
    const one = new MemoryDevice(1);
    const served = new Served(viewOf({ one, disk }));
    served.send(clientFlags(3), option(OPTION.info, infoData('one')), option(OPTION.info, infoData('disk')));
    expect(one.closed).toBe(1);
    served.send(option(OPTION.info, infoData('one')));
    served.session.close();
    expect(one.closed).toBe(2);
  });

  it('does not collect answers for who does not read them', () => {
    const served = greeted();
    served.send(Buffer.concat(Array.from({ length: 20_000 }, () => option(OPTION.list))));
    expect(served.mostOut).toBeLessThan(128 * 1024);
  });
});

describe('the handshake of a server with keys', () => {
  it('says nothing but that it demands TLS', () => {
    const sent = [
      option(OPTION.list),
      option(OPTION.info, infoData('disk')),
      option(OPTION.go, infoData('disk')),
      option(77),
    ];
    expect(typesFor(greeted(true), ...sent)).toEqual(Array.from({ length: 4 }, () => REPLY.errTlsRequired));
    expect(greeted(true).send(option(OPTION.exportName, Buffer.from('disk'))).last).toBe('end');
    expect(new Served(view, { tls: true }).send(clientFlags(0)).last).toBe('end');
  });

  it('forgets what was agreed before TLS', () => {
    const served = greeted(true);
    expect(typesFor(served, option(OPTION.startTls))).toEqual([REPLY.ack]);
    expect(served.last).toBe('tls');
    expect(typesFor(served, option(OPTION.startTls), option(OPTION.setMetaContext, contextData('disk', [])))).toEqual([
      REPLY.errInvalid,
      REPLY.errInvalid,
    ]);
  });

  it('cuts off when more was sent in the clear with the wish for TLS', () => {
    const served = greeted(true);
    expect(served.send(Buffer.concat([option(OPTION.startTls), option(OPTION.list)])).last).toBe('end');
    expect(served.said().atEnd).toBe(true);
  });

  it('does not know TLS without keys', () => {
    expect(typesFor(greeted(), option(OPTION.startTls))).toEqual([REPLY.errUnsupported]);
  });
});

it('takes a whole handshake in one piece as byte by byte', () => {
  const all = goTo('disk', { structured: true, contexts: ['base:allocation'] });
  const slow = new Served(view);
  for (const byte of all) slow.send(Uint8Array.of(byte));
  const quick = new Served(view).send(all);
  expect(slow.session.transmitting && quick.session.transmitting).toBe(true);
  expect(slow.said()).toEqual(quick.said());
});
