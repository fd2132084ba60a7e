/** How often a connection is looked at, and how many looks in a row may find a question unanswered. */
interface Rhythm {
  readonly everyMs: number;
  readonly unanswered: number;
}

/** A console that answers nothing for eight to twelve seconds hangs; one that is busy for a few does not. */
const RHYTHM: Rhythm = { everyMs: 2000, unanswered: 4 };

interface Sides {
  /** Asks the console for a sign of life. */
  readonly ask: () => void;
  readonly silent: () => void;
  readonly back: () => void;
}

/** Tells when the other side of a connection that is still there answers no more, and when it does again. */
interface Heartbeat {
  begin(): void;
  /** The console itself said something. */
  heard(): void;
  end(): void;
}

/**
 * Looks are counted, not time: a page that was asleep itself, or whose timers are held back, has given the console no
 * chance to answer meanwhile. Asks only when nothing was heard since the look before.
 */
export const heartbeat = ({ ask, silent, back }: Sides, { everyMs, unanswered }: Rhythm = RHYTHM): Heartbeat => {
  let timer: ReturnType<typeof setInterval> | undefined;
  let quiet = false;
  let misses: number | null = null;
  const look = () => {
    if (misses !== null) {
      misses += 1;
      if (misses === unanswered) silent();
    } else if (quiet) {
      misses = 0;
      ask();
    }
    quiet = true;
  };
  const heard = () => {
    const was = misses;
    quiet = false;
    misses = null;
    if (was !== null && was >= unanswered) back();
  };
  return {
    begin: () => {
      clearInterval(timer);
      quiet = false;
      misses = null;
      timer = setInterval(look, everyMs);
    },
    heard,
    end: () => clearInterval(timer),
  };
};
