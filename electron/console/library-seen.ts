import { readFileSync } from 'node:fs';
import { durableWrite } from '../platform/durable-write.ts';
import { isErrno } from '../platform/errno.ts';
import { catalogFile } from './catalog-place.ts';

const fileOf = (home: string, vault: string): string => `${catalogFile(home, vault)}.library`;

/** The generation of a vault's library that this home saw last; 0 when it has seen none, or its note cannot be read. */
export const generationSeen = (home: string, vault: string): number => {
  try {
    const { generation } = JSON.parse(readFileSync(fileOf(home, vault), 'utf8')) as { generation?: unknown };
    return Number.isSafeInteger(generation) ? Number(generation) : 0;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || error instanceof SyntaxError) return 0;
    throw error;
  }
};

/** Notes the generation that this home leaves a library at: one that is lower later was put back from a copy. */
export const noteGeneration = (home: string, vault: string, generation: number): void => {
  if (generationSeen(home, vault) !== generation) durableWrite(fileOf(home, vault), JSON.stringify({ generation }));
};
