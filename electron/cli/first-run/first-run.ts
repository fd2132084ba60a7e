import type { Session } from '../session.ts';

/** A first backup and restore: guided on a terminal, on a sample without one. */
export const firstRun = async (session: Session): Promise<number> => {
  if (session.interactive && !session.options.json) {
    const { guided } = await import('./guided.ts');
    return await guided(session);
  }
  const { onSample } = await import('./on-sample.ts');
  return await onSample(session);
};
