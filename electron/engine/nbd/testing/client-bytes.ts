import { COMMAND, MAGIC, OPTION } from '../protocol.ts';
import { WireBuffer } from '../wire-buffer.ts';

/** What a client says, as bytes. */
const built = (fill: (out: WireBuffer) => void): Buffer => {
  const out = new WireBuffer(64);
  fill(out);
  return Buffer.from(out.bytes.subarray(out.start, out.end));
};

export const clientFlags = (flags: number): Buffer => built((out) => out.u32(flags));

export const option = (type: number, data: Uint8Array = new Uint8Array(0)): Buffer =>
  built((out) => {
    out.magic(MAGIC.option);
    out.u32(type);
    out.u32(data.length);
    out.append(data);
  });

const string = (out: WireBuffer, text: string): void => {
  out.u32(Buffer.byteLength(text));
  out.append(Buffer.from(text));
};

export const infoData = (name: string, wanted: readonly number[] = []): Buffer =>
  built((out) => {
    string(out, name);
    out.u16(wanted.length);
    for (const info of wanted) out.u16(info);
  });

export const contextData = (name: string, queries: readonly string[]): Buffer =>
  built((out) => {
    string(out, name);
    out.u32(queries.length);
    for (const query of queries) string(out, query);
  });

export interface RequestBytes {
  readonly flags?: number;
  readonly cookie?: number;
  readonly offset?: number;
  readonly length?: number;
  readonly data?: Uint8Array;
}

export const request = (command: number, { flags = 0, cookie = 7, offset = 0, length, data }: RequestBytes): Buffer =>
  built((out) => {
    out.u32(MAGIC.request);
    out.u16(flags);
    out.u16(command);
    out.u64(cookie);
    out.u64(offset);
    out.u32(length ?? data?.length ?? 0);
    if (data !== undefined) out.append(data);
  });

export const disconnect = (): Buffer => request(COMMAND.disconnect, {});

/** The shortest way into the transmission phase. */
export const goTo = (name: string, { structured = false, contexts = [] as readonly string[] } = {}): Buffer =>
  Buffer.concat([
    clientFlags(3),
    ...(structured ? [option(OPTION.structuredReply)] : []),
    ...(contexts.length > 0 ? [option(OPTION.setMetaContext, contextData(name, contexts))] : []),
    option(OPTION.go, infoData(name)),
  ]);
