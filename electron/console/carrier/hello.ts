import type { ServerFrame } from '../../../shared/contract/frames.ts';
import { PROTOCOL_VERSION } from '../../../shared/contract/protocol.ts';
import { VERSION } from '../version.ts';

/** The first frame on every connection. */
export const hello = (): ServerFrame => ({
  kind: 'hello',
  protocol: PROTOCOL_VERSION,
  version: VERSION,
  pid: process.pid,
});
