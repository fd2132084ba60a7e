import { access, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomId } from './ids.ts';

/** How long a disk may take, one that has to be woken up say, milliseconds. */
const ANSWER_MS = 10_000;
/** From then on a look counts as one that hangs. */
const LATE_MS = 1000;
/** Looks that may hang, each in one of the four threads that the runtime has for all files: more would take them from everybody. */
const MOST_HANGING = 3;

interface Look {
  readonly place: string;
  readonly began: number;
  readonly done: Promise<unknown>;
}

/** Looks that go on, by what they are and where. */
const under = new Map<string, Look>();

/**
 * What a look at a place finds; null when it does not come to an end in time. One look of a kind goes on at a time, and a place at which one is
 * late already is not looked at again meanwhile. `look` must not reject.
 */
export const answerOf = async <Found>(
  kind: string,
  place: string,
  look: () => Promise<Found>,
  answerMs: number = ANSWER_MS,
): Promise<{ readonly found: Found } | null> => {
  const key = `${kind} ${place}`;
  let going = under.get(key);
  if (going === undefined) {
    const late = [...under.values()].filter(({ began }) => performance.now() - began > LATE_MS);
    if (late.length >= MOST_HANGING || late.some((each) => each.place === place)) return null;
    going = { place, began: performance.now(), done: look().finally(() => under.delete(key)) };
    under.set(key, going);
  }
  const left = Math.max(0, going.began + answerMs - performance.now());
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, left, null);
  });
  const answer = await Promise.race([going.done.then((found) => ({ found: found as Found })), late]);
  clearTimeout(timer);
  return answer;
};

/** Whether something is there; false, too, when that is not told in time. */
export const isThere = async (path: string, answerMs?: number): Promise<boolean> => {
  const look = async (): Promise<boolean> =>
    await access(path).then(
      () => true,
      () => false,
    );
  return (await answerOf('there', path, look, answerMs))?.found ?? false;
};

/** Whether a folder answers when it is read, with an error or without. */
export const folderAnswers = async (dir: string, answerMs?: number): Promise<boolean> => {
  const look = async (): Promise<void> => await open(dir).then((folder) => folder.close(), ignored);
  return (await answerOf('read', dir, look, answerMs)) !== null;
};

/** Whether a folder answers when it is written to: one that is frozen can be read all the same. `prefix`: of a file that is made there and removed. */
export const folderAnswersWrites = async (dir: string, prefix: string, answerMs?: number): Promise<boolean> => {
  const look = async (): Promise<void> => {
    const file = join(dir, `${prefix}.${randomId()}.tmp`);
    await writeFile(file, '', { flag: 'wx', mode: 0o600 }).catch(ignored);
    await rm(file, { force: true }).catch(ignored);
  };
  return (await answerOf('write', dir, look, answerMs)) !== null;
};

/** Who uses the folder hears it. */
const ignored = (): void => undefined;
