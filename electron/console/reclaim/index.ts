import type { UseCases } from '../use-cases.ts';
import { openedOf } from '../vault-session.ts';
import { planOf, thresholdOf } from './plan-of-vault.ts';
import { runReclaim } from './run-reclaim.ts';

export const planReclaim: UseCases['planReclaim'] = async (session, request) => {
  const vault = openedOf(session);
  const barcodes = new Map<string, string>(
    vault.vault.library.state.tapes.map(({ volume, barcode }) => [volume, barcode]),
  );
  const tapes = (await planOf(vault, request)).map(({ tape, live, written, obstacle, detail, moving, onto }) => ({
    tape: tape.volume,
    barcode: tape.barcode,
    bytesWritten: written,
    bytesLive: live.bytes,
    chunksLive: live.chunks,
    reclaim: obstacle === null,
    obstacle,
    detail,
    chunksMoving: moving.chunks,
    bytesMoving: moving.bytes,
    onto: onto.map((place) => ({ ...place, barcode: barcodes.get(place.tape) ?? place.tape })),
  }));
  const going = tapes.filter(({ reclaim }) => reclaim);
  return {
    below: thresholdOf(request),
    tapes,
    frees: going.length,
    chunksMoving: going.reduce((sum, { chunksMoving }) => sum + chunksMoving, 0),
    bytesMoving: going.reduce((sum, { bytesMoving }) => sum + bytesMoving, 0),
  };
};

export const reclaimTapes: UseCases['reclaimTapes'] = async (session, request, job) =>
  await runReclaim(openedOf(session), request, job);
