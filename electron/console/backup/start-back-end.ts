import type { BackEndAnswer, BackEndRequest } from '../../engine/mover/back-end-protocol.ts';
import type { StartBackEnd } from './drives.ts';
import { Thread } from './thread.ts';

/** Starts the thread of a drive. */
export const startBackEnd = <Access>(
  ...[setup, hear, died]: Parameters<StartBackEnd<Access>>
): ReturnType<StartBackEnd<Access>> => new Thread<BackEndRequest<Access>, BackEndAnswer>('back-end', setup, hear, died);
