/** What an error means for the caller; each kind has one exit status (the table in the command line's contract). */
export type ErrorKind = 'failed' | 'usage' | 'not-found' | 'held' | 'passphrase' | 'damaged' | 'no-space' | 'cancelled';

export const EXIT_STATUS: Readonly<Record<ErrorKind, number>> = {
  failed: 1,
  usage: 2,
  'not-found': 10,
  held: 11,
  passphrase: 12,
  damaged: 13,
  'no-space': 14,
  cancelled: 130,
};

/** Exit status of a command that did its work but could not read some elements. */
export const EXIT_WARNINGS = 3;

const row = (kind: ErrorKind, meaning: string): { readonly kind: ErrorKind; readonly meaning: string } => ({
  kind,
  meaning,
});

/** Every error code of the product. `docs/errors.md` has the same rows; a test compares the two. */
export const ERROR_CODES = {
  INTERNAL: row('failed', 'A defect of Coldframe itself.'),
  USAGE: row('usage', 'An argument or option is missing, malformed or contradicts another.'),
  CANCELLED: row('cancelled', 'The job was cancelled by the user or by a signal.'),
  RECORD_MALFORMED: row('damaged', 'A record of the media format does not parse.'),
  UNIT_DAMAGED: row('damaged', 'A unit on tape fails its checksum, its seal, or cannot be expanded.'),
  NOT_BUILT: row('failed', 'The command is known, but this version does not carry it out yet.'),
  NOT_HERE: row('failed', 'Only the desktop application can do this.'),
  HOME_HELD: row('held', 'Another console holds the home and cannot be reached.'),
  HOME_UNUSABLE: row('failed', 'The home folder cannot be made, read or trusted.'),
  RUNTIME_TOO_OLD: row('failed', 'The runtime of the desktop window cannot hold a home, and no console holds it.'),
  CONSOLE_LOST: row('failed', 'The console that ran the command ended before it answered.'),
  TOO_MANY: row('failed', 'More was asked for at once than the console takes; what was turned away was not begun.'),
  SIGNED_OUT: row('failed', 'A browser has no session with this console, or no longer.'),
  LINK_INVALID: row('failed', 'A link to the console was used already, has expired, or never was one.'),
  ORIGIN_REFUSED: row('failed', 'A browser asked under a name, or for a page, that is not this console’s.'),
  WEB_NOT_SERVED: row('not-found', 'No console serves the home to browsers.'),
  WEB_UNPROTECTED: row('usage', 'The web shell was to be reached from other machines without what protects it there.'),
  TOKEN_FILE_UNSAFE: row('usage', 'A token file can be read by others, or what it holds is no token.'),
  CANNOT_LISTEN: row('failed', 'The address or port is taken, or is not this machine’s.'),
  NO_SUCH_VAULT: row('not-found', 'There is no vault at this place, or this home does not know it.'),
  NO_SUCH_OBJECT: row('not-found', 'No logical object has this name.'),
  NO_SUCH_SET: row('not-found', 'No block set has this id or name.'),
  NO_SUCH_PATH: row('not-found', 'The path is not in the block set, or not on this machine.'),
  NO_SUCH_TAPE: row('not-found', 'No tape has this volume id or barcode.'),
  NO_SUCH_JOB: row('not-found', 'No job has this id.'),
  OBJECT_EXISTS: row('usage', 'A logical object of this name exists already.'),
  JOB_STATE: row('usage', 'The job is in a state in which this cannot be done with it.'),
  PASSPHRASE_MISSING: row('passphrase', 'The vault is sealed and no passphrase was given.'),
  PASSPHRASE_WRONG: row('passphrase', 'The passphrase or recovery code does not open the vault.'),
  PASSPHRASE_UNUSED: row('passphrase', 'A passphrase was given for a vault that says that it is not sealed.'),
  TAPE_FULL: row('no-space', 'The tape has no room for the chunk; it belongs on the next tape.'),
  OUT_OF_TAPES: row('no-space', 'No tape of the pool has room and no blank one is left.'),
  DISK_FULL: row('no-space', 'The disk that holds the vault or the home has no room.'),
  TAPE_DAMAGED: row('damaged', 'Something on a tape is not what the media format demands.'),
  TAPE_MISMATCH: row('failed', 'The tape or what lies on it is not the one that was expected.'),
  TAPE_PROTECTED: row('usage', 'The tape is write protected or was taken out of use.'),
  TAPE_IN_USE: row('failed', 'A drive holds the tape, the drive holds another one, or somebody else wrote to it.'),
  FORMAT_TOO_NEW: row('failed', 'The vault or tape was written by a newer version.'),
  VAULT_EXISTS: row('usage', 'The folder is not empty or holds a vault already.'),
  VAULT_HELD: row('held', 'Another console uses the vault.'),
  VAULT_READ_ONLY: row('failed', 'The vault is on a medium, or in a folder, that cannot be written to.'),
  VAULT_DAMAGED: row('damaged', 'A file of the vault does not hold what it should.'),
  VAULT_UNSEALED: row('damaged', 'The vault was sealed, and its library now says that it is not.'),
  THREAD_DIED: row('failed', 'A worker thread ended in the middle of its work.'),
  CHUNK_LOST: row('failed', 'A chunk was handed over and never written; the set was not completed.'),
  CATALOG_BEHIND: row('failed', 'The vault holds block sets that this home’s catalog does not know.'),
  OBJECT_BUSY: row('failed', 'A backup of the object is under way already.'),
  PARENT_MISSING: row('not-found', 'There is no complete set that the asked-for level could build on.'),
  SET_AMBIGUOUS: row('usage', 'The beginning of an id fits several block sets.'),
  SET_STATE: row('failed', 'A block set is in a state in which this cannot be done with it.'),
  CATALOG_DAMAGED: row('damaged', 'A catalog, or a copy of one, is damaged or is none.'),
  CATALOG_TOO_NEW: row('failed', 'A catalog was written by a newer version of Coldframe.'),
  ELEMENT_UNREADABLE: row('failed', 'An element could not be read; the rest of the backup is not affected.'),
  DIRECTORY_LOOP: row('failed', 'A directory is mounted within itself; its contents are backed up once.'),
  DESTINATION_TAKEN: row(
    'failed',
    'Something stands where a restore was to put an element, and it may not be overwritten.',
  ),
  DESTINATION_FULL: row('no-space', 'The file system that a restore writes to has no room left.'),
  IO: row('failed', 'The operating system reported an error for a file or device.'),
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
