import { expect, test } from 'vitest';
import { type ByteString, byteStringFromText } from '../../../shared/byte-string.ts';
import { base64OfPath } from '../paths.ts';
import { type PlacedObject, sharedDisks } from './shared-disks.ts';

/** `/one/…` and `/two/…` lie on a disk each; of `/away/…` nobody may tell. */
const footings = {
  of: async (path: ByteString) => {
    const [, disk = ''] = path.split('/');
    return disk === 'away' ? null : { device: disk, disks: [disk] };
  },
};

const rootAt = (root: string, crossFileSystems = false) => ({
  pathBase64: base64OfPath(byteStringFromText(root)),
  crossFileSystems,
});

const object = (id: string, root: string, vault: string | null, more: Partial<PlacedObject> = {}): PlacedObject => ({
  id,
  vault: vault === null ? null : byteStringFromText(vault),
  selection: {
    roots: [rootAt(root)],
    unprotected: ['temp'],
    exclude: [],
  },
  good: true,
  ...more,
});

const told = async (...objects: PlacedObject[]) => [...(await sharedDisks(objects, footings))].map(([id]) => id);

test('an object is told to lie on the disk of its vault, unless its vault is elsewhere, in a changer, or out of sight', async () => {
  expect(await told(object('a', '/one/docs', '/one/vault'))).toEqual(['a']);
  for (const vault of ['/two/vault', '/away/vault', null])
    expect(await told(object('a', '/one/docs', vault))).toEqual([]);
});

test('what another object has in a vault elsewhere is not lost with the disk', async () => {
  const mine = object('a', '/one/docs', '/one/vault');
  expect(await told(mine, object('b', '/one/docs', '/two/vault'))).toEqual([]);
});

test('another object does not stand in for it while it has no backup, leaves out more, takes another root, or shares the disk', async () => {
  const mine = object('a', '/one/docs', '/one/vault');
  const { selection } = mine;
  expect(await told(mine, object('b', '/one/docs', '/two/vault', { good: false }))).toEqual(['a']);
  expect(
    await told(
      mine,
      object('b', '/one/docs', '/two/vault', { selection: { ...selection, unprotected: ['temp', 'spool'] } }),
    ),
  ).toEqual(['a']);
  expect(
    await told(mine, object('b', '/one/docs', '/two/vault', { selection: { ...selection, exclude: ['*.iso'] } })),
  ).toEqual(['a']);
  expect(await told(mine, object('b', '/one/docs/more', '/two/vault'))).toEqual(['a']);
  expect(await told(mine, object('b', '/one/docs', '/one/other'))).toEqual(['a', 'b']);
  const crossing = { selection: { ...selection, roots: [rootAt('/one/docs', true)] } };
  expect(await told({ ...mine, ...crossing }, object('b', '/one/docs', '/two/vault'))).toEqual(['a']);
  expect(await told({ ...mine, ...crossing }, object('b', '/one/docs', '/two/vault', crossing))).toEqual([]);
});

test('places that are slow to tell are waited for at once', async () => {
  let waiting = 0;
  let most = 0;
  const slow = {
    of: async (path: ByteString) => {
      most = Math.max(most, ++waiting);
      await new Promise((resolve) => setTimeout(resolve, 5));
      waiting -= 1;
      return await footings.of(path);
    },
  };
  const objects = ['a', 'b', 'c'].map((id) => object(id, `/one/${id}`, '/one/vault'));
  expect([...(await sharedDisks(objects, slow)).keys()]).toEqual(['a', 'b', 'c']);
  expect(most).toBe(4);
});
