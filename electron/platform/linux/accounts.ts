import { nameAddress } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

const ERANGE = 34;
const EINTR = 4;
const FIRST_BYTES = 16384;
const MOST_BYTES = 16 * 1024 * 1024;

/** `struct passwd` and `struct group` begin alike: name, password, then the id. */
const ID_OFFSET = 16;
const entry = lazily(() => allocate(128));
let text = lazily(() => allocate(FIRST_BYTES));

type Lookup = 'getpwuid_r' | 'getgrgid_r' | 'getpwnam_r' | 'getgrnam_r';
type Cache<Key, Value> = Map<Key, Value>;

const users: Cache<number, string> = new Map();
const groups: Cache<number, string> = new Map();
const userIds: Cache<string, number | null> = new Map();
const groupIds: Cache<string, number | null> = new Map();

/** Name of a user, '' when it has none. Remembered: a directory service is asked once for each. */
export const userName = (uid: number): string => cached(users, uid, () => nameOf('getpwuid_r', uid));
/** Name of a group, '' when it has none. */
export const groupName = (gid: number): string => cached(groups, gid, () => nameOf('getgrgid_r', gid));
/** Id of a user, or null when there is none of this name. */
export const userId = (name: string): number | null => cached(userIds, name, () => idOf('getpwnam_r', name));
/** Id of a group, or null when there is none of this name. */
export const groupId = (name: string): number | null => cached(groupIds, name, () => idOf('getgrnam_r', name));

/** Forgets the names: call before each job, as accounts come and go. */
export function forgetAccounts(): void {
  for (const cache of [users, groups, userIds, groupIds]) cache.clear();
}

/** Looks a value up once. */
function cached<Key, Value>(cache: Cache<Key, Value>, key: Key, look: () => Value): Value {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = look();
  cache.set(key, value);
  return value;
}

/** The name in the entry that a lookup by id finds. */
function nameOf(call: Lookup, id: number): string {
  if (!find(call, id)) return '';
  const { bytes, address } = text();
  const start = Number(entry().bytes.readBigUInt64LE(0)) - address;
  return bytes.toString('utf8', start, bytes.indexOf(0, start));
}

/** The id in the entry that a lookup by name finds. */
function idOf(call: Lookup, name: string): number | null {
  if (name === '' || name.includes('\0')) return null;
  const found = find(call, nameAddress(Buffer.from(name, 'utf8').toString('latin1')));
  return found ? entry().bytes.readUInt32LE(ID_OFFSET) : null;
}

/** Makes one lookup, with more room for as long as the entry does not fit (large groups). */
function find(call: Lookup, key: number): boolean {
  const { bytes, address } = entry();
  const result = 120;
  for (;;) {
    bytes.writeBigUInt64LE(0n, result);
    const room = text();
    const errno = libc()[call](key, address, room.address, room.bytes.length, address + result);
    if (errno === EINTR) continue;
    if (errno !== ERANGE || room.bytes.length >= MOST_BYTES) return bytes.readBigUInt64LE(result) !== 0n;
    const more = room.bytes.length * 4;
    text = lazily(() => allocate(more));
  }
}
