import * as z from 'zod';
import { CODECS } from './choices.ts';
import { command, commandForCaller, job, query } from './procedure.ts';
import { byteCount, count, durationMs, id, name, place, placedTape, time, warning } from './values.ts';

export const vaultView = z.object({
  id,
  name: z.string(),
  dir: z.string(),
  /** Whether a passphrase is needed to read it. */
  sealed: z.boolean(),
  createdAt: time.nullable(),
});
export type VaultView = z.infer<typeof vaultView>;

const inVault = z.strictObject({ dir: place });
/** `recoverLibrary`: make the vault's library anew from its tapes if it is lost or damaged; never one that can be read. */
const onTapes = inVault.extend({ recoverLibrary: z.literal(true).optional() });
/** Whether the library was made anew. */
/** Objects that came into this home with it, by the names that they have here. Schedules, rules and holds are another home's. */
const newObjects = z.array(z.string()).default([]);

const recovered = z.boolean();

const changerChoice = {
  changer: z.string().max(1024).optional(),
  changerDrives: z.array(z.string().max(1024)).max(64).optional(),
};

/** Where a changed secret opens a vault now. */
const rewrapped = z.object({
  vault: vaultView,
  refreshed: z.array(z.string()),
  /** Tapes that go on opening with the old one, and why. */
  skipped: z.array(z.object({ tape: z.string(), reason: z.string() })),
});

export const vaultProcedures = {
  /** Secrets: `passphrase`; without one the vault is not sealed. The recovery code is shown here and never again. */
  'vault.create': command(
    z.strictObject({
      dir: place,
      name: name.optional(),
      drives: z.number().int().min(1).max(64).optional(),
      slots: z.number().int().min(1).max(10_000).optional(),
      tapeSize: z.number().int().min(1_048_576).optional(),
      codec: z.enum(CODECS).optional(),
      /** Addresses of a real changer and of its drives, in the order of their elements; drives and slots are theirs then. */
      ...changerChoice,
    }),
    z.object({ vault: vaultView, recoveryCode: z.string().nullable() }),
  ),
  /** Takes a vault that exists into this home. Secrets: `passphrase` or `recoveryCode` of a sealed one. */
  'vault.open': command(
    onTapes.extend({
      /**
       * Addresses of the changer that holds its tapes, and of its drives, in the order of their elements: the library is made anew from them if it
       * is lost or damaged, in an empty or new folder too. Nothing is written to a tape.
       */
      ...changerChoice,
      /**
       * Files of tapes, all of one vault: they are copied into the folder, which is empty or new, and the vault is made of them. They are only read.
       */
      tapes: z.array(place).min(1).max(1000).optional(),
      /** Which vault, where the changer holds tapes of several. */
      vaultId: id.optional(),
      /** What of a vault in a changer no tape says: left out, the size is guessed from the tapes, and content compressed as by default. */
      tapeSize: z.number().int().min(1_048_576).optional(),
      codec: z.enum(CODECS).optional(),
    }),
    z.object({
      vault: vaultView,
      sets: count,
      incompleteSets: count,
      rebuilt: z.boolean(),
      recovered,
      objects: newObjects,
      /** The vault cannot be written to: it can be listed, restored from and verified. */
      readOnly: z.boolean(),
      /** What the tapes could not tell, and `TAPE_UNSEALED`: a tape in the clear lies in the folder of a sealed vault, and nothing of it is used. */
      warnings: z.array(warning),
    }),
  ),
  'vault.list': query(
    z.strictObject({}),
    z.object({ vaults: z.array(vaultView.extend({ reachable: z.boolean(), objects: count })) }),
  ),
  'vault.show': query(
    inVault,
    z.object({
      vault: vaultView,
      library: z.object({ drives: count, slots: count, codec: z.string(), tapeBytes: byteCount }),
      tapes: z.object({
        total: count,
        scratch: count,
        written: count,
        bytesUsed: byteCount,
        bytesFree: byteCount,
        /** The disk may have less room than its tapes may hold; null when it does not say. */
        bytesFreeOnDisk: byteCount.nullable(),
        /** The written ones that are not here now. */
        away: z.array(placedTape).default([]),
      }),
      sets: count,
      /** Of these, complete ones that cannot be restored whole until tapes are back. */
      setsAway: count.default(0),
      bytesStored: byteCount,
      objects: z.array(z.string()),
    }),
  ),
  /** Whether a secret opens a vault, told before anything is begun with it; nothing waits for it. Secrets: `passphrase` or `recoveryCode`. */
  'vault.tryPassphrase': query(inVault, z.object({})),
  /** The catalog anew, from tapes alone. Secrets: `passphrase` or `recoveryCode`. */
  'vault.rebuild': job(
    onTapes,
    z.object({
      vault: vaultView,
      tapes: count,
      sets: count,
      incompleteSets: count,
      elements: count,
      bytes: byteCount,
      durationMs,
      warnings: z.array(warning),
      recovered,
      objects: newObjects,
    }),
  ),
  /** Secrets: `passphrase` or `recoveryCode`, and `newPassphrase`. */
  'vault.passphrase': command(inVault, rewrapped),
  /**
   * Makes a new recovery code, which takes the place of the one from before. It is shown here and never again; a call that does not answer may
   * have made one that nobody saw. So it waits for no job: TAPE_IN_USE while one uses the vault; and nothing is changed once the caller
   * has gone or cancelled. Secrets: `passphrase`.
   */
  'vault.recoveryCode': commandForCaller(inVault, rewrapped.extend({ recoveryCode: z.string() })),
};
