import type { NoticeEvent } from '../notices/notice-board.ts';
import { withNotice } from '../notices/with-notice.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { setExports } from './set-exports.ts';

type Names =
  | 'volume.create'
  | 'volume.adopt'
  | 'volume.list'
  | 'volume.show'
  | 'volume.remove'
  | 'volume.serve'
  | 'volume.served'
  | 'volume.stop'
  | 'volume.protect'
  | 'volume.maps'
  | 'volume.picture'
  | 'volume.measure'
  | 'snapshot.create'
  | 'snapshot.announced'
  | 'snapshot.callOff'
  | 'snapshot.list'
  | 'snapshot.release';

const announcement = ({ notice, volumes, at }: NoticeEvent) => ({ notice, volumes: [...volumes], at });

/** Serves the procedures on managed volumes and their snapshots. */
export const volumeHandlers = (parts: ConsoleParts): HandlersOf<Names> => {
  const { volumes, notices } = parts;
  return {
    'volume.create': async (input) => ({ volume: (await volumes()).create(input) }),
    'volume.adopt': async (input) => ({ volume: (await volumes()).adopt(input) }),
    'volume.list': async () => ({ volumes: (await volumes()).list() }),
    'volume.show': async ({ volume }) => ({ volume: (await volumes()).show(volume) }),
    'volume.remove': async ({ volume }) => ({ volume: await (await volumes()).remove(volume) }),
    'volume.serve': async (input, { secrets }) => {
      const { exports, warnings } = await setExports(parts, input, secrets);
      return { ...(await (await volumes()).serve(input, exports)), warnings };
    },
    'volume.served': async ({ server }) => (await volumes()).served(server),
    'volume.stop': async ({ server }) => ({ stopped: await (await volumes()).stop(server) }),
    'volume.protect': async (input) => await (await volumes()).protect(input),
    'volume.maps': async (input) => (await volumes()).maps(input),
    'volume.picture': async (input) => await (await volumes()).picture(input),
    'volume.measure': async ({ volumes: names }, { signal }) => ({
      volumes: await (await volumes()).measure(names, signal),
    }),
    'snapshot.create': async (input, context) => {
      const desk = await volumes();
      // Nobody is told of what cannot be.
      for (const name of input.volumes) desk.show(name);
      return await withNotice(notices, input.volumes, input, context, () => desk.snapshot(input, context.signal));
    },
    'snapshot.announced': async () => ({ announced: notices.announced.map(announcement) }),
    'snapshot.callOff': async ({ notice }) => ({ calledOff: announcement(notices.callOff(notice)) }),
    'snapshot.list': async () => ({ snapshots: (await volumes()).snapshots() }),
    'snapshot.release': async ({ snapshot }) => ({ snapshot: await (await volumes()).release(snapshot) }),
  };
};
