import { readFileSync } from 'node:fs';
import { ColdframeError } from '../../../shared/errors.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { isErrno } from '../../platform/errno.ts';
import type { SecretStore } from '../../platform/secret-store.ts';
import type { NoticeKeys, StoredNotice } from '../store/notice-table.ts';

/** By its key a secret by itself, or that the store of the session has it. */
type Kept = string | { readonly in: 'store' };

// By hand: every command that opens a home gets here, and most need no schemas at all.
const isKept = (value: unknown): value is Kept =>
  typeof value === 'string' || (typeof value === 'object' && value !== null && 'in' in value && value.in === 'store');

const isSecrets = (value: unknown): value is Readonly<Record<string, Kept>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isKept);

/** After this long a store that gave nothing is asked again. */
const REFUSAL_MS = 60_000;

/** Where a secret was put. `reason`: why the file, where a store is there. */
export type Keeping = { readonly in: 'store' | 'file'; readonly reason: string | null };

/** Secrets of notices by their ids: in the secret store of the session where there is one, else in a file of the home that only its owner can read. */
export class NoticeSecrets {
  readonly file: string;
  readonly store: SecretStore | null;
  /** What the store said, for as long as this process goes on. */
  readonly #known = new Map<string, string>();
  /** Why the store gave nothing when it was last asked: one that is locked asks whoever is there, each time. */
  #refused: { readonly error: unknown; readonly until: number } | null = null;

  constructor(file: string, store: SecretStore | null = null) {
    this.file = file;
    this.store = store;
  }

  /** Null when there is none. Rejects with an Error that says why the store cannot be asked. */
  async get(id: string): Promise<string | null> {
    const kept = this.#read()[id] ?? null;
    if (kept === null || typeof kept === 'string') return kept;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (this.store === null)
      throw new Error('its secret is kept in a secret store, and this console has no session with one');
    if (this.#refused !== null && performance.now() < this.#refused.until) throw this.#refused.error;
    try {
      const secret = await this.store.get(keyOf(id));
      this.#refused = null;
      if (secret !== null) this.#known.set(id, secret);
      return secret;
    } catch (error) {
      this.#refused = { error, until: performance.now() + REFUSAL_MS };
      throw error;
    }
  }

  /** `label`: what the tools of the store show. `file`: in the file, whatever store there is. */
  async put(id: string, secret: string, { label, file }: { label: string; file: boolean }): Promise<Keeping> {
    const reason = file || this.store === null ? null : await this.#store(this.store, id, secret, label);
    const isStored = !file && this.store !== null && reason === null;
    this.#write({ ...this.#read(), [id]: isStored ? { in: 'store' } : secret });
    return { in: isStored ? 'store' : 'file', reason };
  }

  /** Forgets one. What the store does not give up stays there, and means nothing to anybody. */
  async remove(id: string): Promise<void> {
    const { [id]: kept, ...others } = this.#read();
    if (kept === undefined) return;
    this.#write(others);
    this.#known.delete(id);
    if (typeof kept !== 'string') await this.store?.remove(keyOf(id)).catch(() => undefined);
  }

  /** Forgets all that was ever kept for a notice, also by a process that was killed before it said so. */
  async removeAll(notice: string): Promise<void> {
    for (const id of Object.keys(this.#read())) if (id === notice || id.startsWith(`${notice}-`)) await this.remove(id);
  }

  /** Why the store did not take it; null when it has it, and gives it back. */
  async #store(store: SecretStore, id: string, secret: string, label: string): Promise<string | null> {
    try {
      await store.put(keyOf(id), secret, label);
      if ((await store.get(keyOf(id))) !== secret) return `${store.name} does not give back what it was given`;
      this.#known.set(id, secret);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Throws NOTICE_SECRETS_DAMAGED. */
  #read(): Readonly<Record<string, Kept>> {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return {};
      throw error;
    }
    const read = parsed(text);
    if (isSecrets(read)) return read;
    throw new ColdframeError('NOTICE_SECRETS_DAMAGED', {
      message: `The file of the secrets of notices, ${this.file}, is damaged.`,
      guidance:
        'Put it back from a backup of the home. Where there is none: move it away, and give each password, address and signing key anew with "coldframe notice change NAME". Backups are not affected.',
      context: { file: this.file },
    });
  }

  #write(all: Readonly<Record<string, Kept>>): void {
    durableWrite(this.file, JSON.stringify(all), 0o600);
  }
}

/** Under what the password of a mail server or the address of a webhook is kept, and beside it the signing key. */
export const keysOf = ({
  id,
  keys,
}: Pick<StoredNotice, 'id' | 'keys'>): { readonly [Key in keyof NoticeKeys]: string } => ({
  notice: keys?.notice ?? id,
  signingKey: keys?.signingKey ?? `${id}-signing-key`,
});

const keyOf = (id: string): string => `notice-${id}`;

/** Null for what is no JSON: what is said of that quotes it. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
