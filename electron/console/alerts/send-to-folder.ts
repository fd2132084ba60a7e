import { join } from 'node:path';
import { asColdframeError } from '../../../shared/errors.ts';
import { createFile } from '../../platform/create-file.ts';
import { type Message, textOf } from './message.ts';
import type { ReportFile } from './report-files.ts';

/** Writes a notice into a folder: reports as pages, whatever else as a text. A file that is there already is not touched. */
export const sendToFolder = async (folder: string, message: Message, reports: readonly ReportFile[]): Promise<void> => {
  const id = message.id.slice(0, 8);
  for (const { name, page } of reports) await put(folder, name, id, page);
  if (message.events.every(({ report }) => report !== undefined)) return;
  const at = message.at.slice(0, 16).replace(':', '');
  await put(folder, `notice-${at}-${id}.txt`, id, `${message.title}\n\n${textOf(message)}\n`);
};

/** Under a second name where the first is taken; an attempt that was tried before finds its own file there, and has nothing left to do. */
const put = async (folder: string, name: string, id: string, text: string): Promise<void> => {
  for (const each of [name, name.replace(/(\.\w+)$/, `-${id}$1`)]) {
    try {
      await createFile(join(folder, each), [text]);
      return;
    } catch (thrown) {
      if (asColdframeError(thrown).code !== 'DESTINATION_TAKEN') throw thrown;
    }
  }
};
