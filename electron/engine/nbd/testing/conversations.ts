import fc from 'fast-check';
import { COMMAND, OPTION } from '../protocol.ts';
import { clientFlags, contextData, goTo, infoData, option, request } from './client-bytes.ts';

const interesting = (size: number) =>
  fc.oneof(
    fc.constantFrom(0, 1, 2, 27, 28, 4095, 4096, 4097, 0xffff, size - 1, size, size + 1, 2 ** 25, 2 ** 31, 2 ** 32 - 1),
    fc.nat(size),
  );
const noise = fc.uint8Array({ maxLength: 80 });
const name = fc.oneof(fc.constantFrom('disk', 'frozen', 'other', ''), fc.string({ maxLength: 9 }));
const query = fc.oneof(fc.constantFrom('base:allocation', 'base:', 'x:'), fc.string({ maxLength: 6 }));
const optionType = fc.oneof(fc.constantFrom(...Object.values(OPTION)), fc.nat(30));
const optionBytes = fc.oneof(
  fc.tuple(optionType, noise).map(([type, data]) => option(type, data)),
  fc
    .tuple(fc.constantFrom(6, 7), name, fc.array(fc.nat(5), { maxLength: 4 }))
    .map(([type, to, wanted]) => option(type, infoData(to, wanted))),
  fc
    .tuple(fc.constantFrom(9, 10), name, fc.array(query, { maxLength: 4 }))
    .map(([type, to, queries]) => option(type, contextData(to, queries))),
);
const requestBytes = (size: number) =>
  fc
    .record({
      command: fc.oneof(fc.constantFrom(...Object.values(COMMAND)), fc.nat(20)),
      flags: fc.oneof(fc.constantFrom(0, 0, 1, 4, 8), fc.nat(63)),
      offset: fc.oneof(interesting(size), fc.maxSafeNat()),
      length: interesting(size),
      data: fc.oneof(fc.constant(undefined), noise),
    })
    .map(({ command, data, ...parts }) => request(command, { ...parts, ...(data && { data, length: data.length }) }));

/**
 * What a client says to a server with the exports `disk` and `frozen` of so many bytes, in pieces: nearly a conversation, of which some
 * bytes are changed.
 */
export const conversations = (size: number): fc.Arbitrary<Buffer[]> =>
  fc
    .record({
      greeting: fc.oneof(
        fc.constant(clientFlags(3)),
        noise.map((bytes) => Buffer.from(bytes)),
      ),
      options: fc.array(optionBytes, { maxLength: 4 }),
      go: fc.constantFrom(
        Buffer.alloc(0),
        goTo('disk').subarray(4),
        goTo('disk', { structured: true, contexts: ['base:allocation'] }).subarray(4),
        goTo('frozen', { structured: true }).subarray(4),
      ),
      requests: fc.array(
        fc.oneof(
          requestBytes(size),
          requestBytes(size),
          noise.map((bytes) => Buffer.from(bytes)),
        ),
        { maxLength: 6 },
      ),
      changes: fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 2 }),
      cuts: fc.array(fc.nat(600), { maxLength: 3 }),
    })
    .map(({ greeting, options, go, requests, changes, cuts }) => {
      const all = Buffer.concat([greeting, ...options, go, ...requests]);
      for (const [at, value] of changes) if (at < all.length) all[at] = value;
      const bounds = [0, ...cuts.filter((cut) => cut < all.length).sort((one, other) => one - other), all.length];
      return bounds.slice(1).map((end, index) => all.subarray(bounds[index], end));
    });
