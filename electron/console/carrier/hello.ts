import type { ServerFrame } from '../../../shared/contract/frames.ts';
import { PROTOCOL_VERSION } from '../../../shared/contract/protocol.ts';
import { VERSION } from '../version.ts';

/** The first frame on every connection. `seal`: what a browser knows this console by. */
export const hello = (seal?: string): ServerFrame => ({
  kind: 'hello',
  protocol: PROTOCOL_VERSION,
  version: VERSION,
  pid: process.pid,
  ...(seal === undefined ? {} : { seal }),
});
