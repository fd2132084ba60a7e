import { withNotice } from '../notices/with-notice.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

type Names = 'replica.create' | 'replica.update' | 'replica.list' | 'replica.remove' | 'replica.serve';

/** Serves the procedures on replicas of managed volumes. */
export const replicaHandlers = ({ volumes, notices }: ConsoleParts): HandlersOf<Names> => {
  const replicas = async () => (await volumes()).replicas;
  return {
    'replica.create': async (input, context) => {
      const desk = await volumes();
      desk.show(input.volume);
      const create = () => desk.replicas.create(input, context.signal);
      return await withNotice(notices, [input.volume], input, context, create);
    },
    'replica.update': async (input, context) => {
      const desk = await replicas();
      const update = () => desk.update(input, context.signal);
      if (input.noticeMs === undefined) return await update();
      const { replicas: known } = await desk.list();
      const found = known.find(({ name }) => name === input.replica);
      // Of one that is not there it says so itself.
      return await (found === undefined ? update() : withNotice(notices, [found.volume], input, context, update));
    },
    'replica.list': async () => await (await replicas()).list(),
    'replica.remove': async (input) => await (await replicas()).remove(input),
    'replica.serve': async (input) => await (await replicas()).serve(input),
  };
};
