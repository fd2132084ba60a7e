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
  /** Somebody waited for it as long as there was time. */
  givenUp: boolean;
}

/** Looks that go on, by what they are and where. */
const under = new Map<string, Look>();

/**
 * What a look at a place finds; null when it does not come to an end in time. One look of a kind goes on at a time, and where one is late already, no
 * other begins at that place before it ended: a disk that is busy answers then, and one that somebody gave up is given up at once, without a thread
 * more. `look` must not reject.
 */
export const answerOf = async <Found>(
  kind: string,
  place: string,
  look: () => Promise<Found>,
  answerMs: number = ANSWER_MS,
): Promise<{ readonly found: Found } | null> => {
  const key = `${kind} ${place}`;
  const asked = performance.now();
  const isOver = async (looks: readonly Look[]): Promise<boolean> => {
    const until = Math.min(asked, Math.max(...looks.map(({ began }) => began))) + answerMs;
    const over = await isInTime(Promise.race(looks.map(({ done }) => done)), until);
    if (!over) for (const each of looks) each.givenUp = true;
    return over;
  };
  let going = under.get(key);
  while (going === undefined) {
    const ahead = inTheWay(place);
    if (ahead === null) {
      const done = look().finally(() => under.delete(key));
      going = { place, began: performance.now(), done, givenUp: false };
      under.set(key, going);
    } else {
      const waiting = ahead.filter(({ givenUp }) => !givenUp);
      if (waiting.length === 0 || !(await isOver(waiting))) return null;
      going = under.get(key);
    }
  }
  return (await isOver([going])) ? { found: (await going.done) as Found } : null;
};

/** The looks of which one has to end before another may begin at a place; null when none has to. */
const inTheWay = (place: string): readonly Look[] | null => {
  const late = [...under.values()].filter(({ began }) => performance.now() - began > LATE_MS);
  const here = late.filter((each) => each.place === place);
  if (here.length > 0) return here;
  return late.length < MOST_HANGING ? null : late;
};

/** Whether something comes to an end by a moment of `performance.now`. */
const isInTime = async (done: Promise<unknown>, until: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, until - performance.now()), false);
  });
  const inTime = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
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
