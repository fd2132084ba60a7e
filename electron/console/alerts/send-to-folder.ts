import { join } from 'node:path';
import { asColdframeError } from '../../../shared/errors.ts';
import { createFile } from '../../platform/create-file.ts';
import { readRegularLater } from '../../platform/regular-file.ts';
import { headlineOf, type Message, textOf } from './message.ts';
import type { ReportFile } from './report-files.ts';

/**
 * Writes a notice into a folder: reports as pages, whatever else as a text. A file that is there already is not touched. What an earlier attempt
 * wrote is found again: a page by its last line, a text by its name.
 */
export const sendToFolder = async (folder: string, message: Message, reports: readonly ReportFile[]): Promise<void> => {
  const id = message.id.slice(0, 8);
  for (const { name, page } of reports) {
    // Written again a page is another one: it says when it was written.
    const mark = `\n<!-- notice ${message.id} -->\n`;
    const path = join(folder, name);
    if ((await create(path, page + mark)) || (await endsWith(path, mark))) continue;
    await create(join(folder, name.replace(/(\.\w+)$/, `-${id}$1`)), page + mark);
  }
  if (message.events.every(({ report }) => report !== undefined)) return;
  // The same at every attempt, as the time of an attempt is not.
  const at = (message.events.at(-1)?.at ?? message.at).slice(0, 16).replace(':', '');
  await create(join(folder, `notice-${at}-${id}.txt`), `${headlineOf(message)}\n\n${textOf(message)}\n`);
};

/** Whether it is written now; not where the name is taken. */
const create = async (path: string, text: string): Promise<boolean> => {
  try {
    await createFile(path, [text]);
    return true;
  } catch (thrown) {
    if (asColdframeError(thrown).code !== 'DESTINATION_TAKEN') throw thrown;
    return false;
  }
};

const endsWith = async (path: string, mark: string): Promise<boolean> =>
  (await readRegularLater(path).catch(() => Buffer.alloc(0)))
    .subarray(-Buffer.byteLength(mark))
    .equals(Buffer.from(mark));
