import { type SetId, vaultId } from '../../../../shared/units.ts';
import { sealContext, type UnitSeal } from '../../blockset/unit.ts';
import { VaultKeys } from '../../tape/keys.ts';
import type { UnitKeys } from './thread-protocol.ts';

/** The seals of chunks; the key of a set is derived once. */
export class SetKeys {
  readonly #keys: VaultKeys | null;
  readonly #ofSet = new Map<string, Uint8Array>();

  constructor({ vault, vaultKey }: UnitKeys) {
    this.#keys = vaultKey ? new VaultKeys(vaultId(vault), vaultKey) : null;
  }

  /** What the units of a chunk are sealed with, null in a vault that is not sealed. */
  seal(set: SetId, sequence: number): UnitSeal | null {
    if (this.#keys === null) return null;
    let key = this.#ofSet.get(set);
    if (key === undefined) {
      key = this.#keys.setKey(set);
      this.#ofSet.set(set, key);
    }
    return { key, context: sealContext(Buffer.from(set, 'hex'), sequence) };
  }
}
