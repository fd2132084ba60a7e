import type { Session } from '../session.ts';

export const firstRun = async (_: Session): Promise<number> => 0;
