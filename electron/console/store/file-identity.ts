import { type BigIntStats, statSync } from 'node:fs';

/** Whether a file is still the one that lies under its name. */
export interface FileIdentity {
  /** One look at the name. False, too, when another file lies there; true where it cannot be looked at. */
  isInPlace(): boolean;
}

/** Remembers the file that lies under a name now, for as long as somebody has it open: its number is not given to another one meanwhile. */
export const identityOf = (file: string): FileIdentity => {
  const known = look(file);
  return {
    isInPlace: () => {
      try {
        const found = look(file);
        return found !== undefined && found.dev === known?.dev && found.ino === known.ino;
      } catch {
        // A folder that may not be looked into says nothing of what lies there.
        return true;
      }
    },
  };
};

const look = (file: string): BigIntStats | undefined => statSync(file, { bigint: true, throwIfNoEntry: false });
