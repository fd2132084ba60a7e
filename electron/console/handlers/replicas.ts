import type { ConsoleParts, HandlersOf } from './parts.ts';

type Names = 'replica.create' | 'replica.update' | 'replica.list' | 'replica.remove' | 'replica.serve';

/** Serves the procedures on replicas of managed volumes. */
export const replicaHandlers = ({ volumes }: ConsoleParts): HandlersOf<Names> => {
  const replicas = async () => (await volumes()).replicas;
  return {
    'replica.create': async (input, { signal }) => await (await replicas()).create(input, signal),
    'replica.update': async (input, { signal }) => await (await replicas()).update(input, signal),
    'replica.list': async () => await (await replicas()).list(),
    'replica.remove': async (input) => await (await replicas()).remove(input),
    'replica.serve': async (input) => await (await replicas()).serve(input),
  };
};
