import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { HISTORY_TYPES, type HistoryFormat, historyPieces } from '../../../shared/model/history-file.ts';
import { call } from '../../stores/calls.ts';
import { saveFile } from '../../stores/save-file.ts';

/** Entries that are asked for at a time. */
const PAGE = 1000;

/** Saves all of the history that a filter wants, not only what is shown of it; answers how many jobs. */
export const exportHistory = async (
  filter: Omit<InputOf<'history.list'>, 'after' | 'limit'>,
  format: HistoryFormat,
): Promise<number> => {
  const at = new Date().toISOString();
  const pieces = historyPieces(format, { writtenAt: at, filter });
  const file = [pieces.head];
  let jobs = 0;
  let next: string | null = null;
  do {
    const page: OutputOf<'history.list'> = await call('history.list', {
      ...filter,
      limit: PAGE,
      ...(next === null ? {} : { after: next }),
    });
    file.push(pieces.rows(page.entries, jobs === 0));
    jobs += page.entries.length;
    next = page.next;
  } while (next !== null);
  saveFile(`coldframe-history-${at.slice(0, 10)}.${format}`, HISTORY_TYPES[format], [...file, pieces.tail]);
  return jobs;
};
