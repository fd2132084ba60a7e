import { describe, expect, it } from 'vitest';
import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ElementAttributes } from '../../../../shared/model/element.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { DIRECTORY_STATE, type PlanStore } from '../plan/plan-store.ts';
import type { Destination } from './destination.ts';
import type { PlannedElement } from './element-row.ts';
import { FreshFiles } from './fresh-files.ts';

const DIRECTORY = 7;

/** A directory in which files come out with this owner, their mode cut by a mask. */
const place = (state: number, cut: (mode: number) => number, inherits = false) => {
  const fresh = new FreshFiles(
    { statement: () => ({ get: () => ({ state }) }) } as unknown as PlanStore,
    { inheritsAcl: () => inherits } as unknown as Destination,
  );
  let looks = 0;
  let next = 1;
  /** Makes a file; gives the mode it was made with and whether it needs neither owner nor mode any more. */
  const make = (mode: number, wanted: Partial<ElementAttributes> = {}, pieces = 1) => {
    const attributes = { mode, uid: 0, gid: 0, extendedAttributes: [], ...wanted } as unknown as ElementAttributes;
    const element: PlannedElement = {
      id: next++,
      directory: DIRECTORY,
      name: 'f' as ByteString,
      action: 0,
      pieces,
      attributes,
    };
    const asked = fresh.mode(element);
    fresh.made(element, asked, () => {
      looks += 1;
      return Object.assign(new FileStat(), { uid: 0, gid: 0, mode: cut(asked) });
    });
    return [asked, fresh.takeRight(element.id)];
  };
  return { make, looks: () => looks };
};

const umask = (mask: number) => (mode: number) => mode & ~mask;

describe('files that are made in a directory of this restore', () => {
  it('are made with their final mode once it is known how files come out, and are not looked at any more', () => {
    const { make, looks } = place(DIRECTORY_STATE.make, umask(0o022));
    expect(make(0o644)).toEqual([0o600, false]);
    expect(make(0o644)).toEqual([0o644, true]);
    const before = looks();
    expect([make(0o644), make(0o640), make(0o600)].every(([, right]) => right)).toBe(true);
    expect(looks()).toBe(before);
  });

  it('get their mode afterwards where the mask refuses a part of it', () => {
    const { make, looks } = place(DIRECTORY_STATE.make, umask(0o077));
    make(0o600);
    expect(make(0o644)).toEqual([0o644, false]);
    const before = looks();
    expect(make(0o644)).toEqual([0o600, false]);
    expect(looks()).toBe(before);
  });

  it.each([
    ['belong to another user', 0o644, { uid: 5 }, 1],
    ['belong to another group', 0o644, { gid: 5 }, 1],
    ['run as their owner', 0o4755, {}, 1],
    ['may not be written', 0o444, {}, 1],
    ['have extended attributes', 0o644, { extendedAttributes: [{ name: 'user.a', value: new Uint8Array() }] }, 1],
    ['come in several pieces', 0o644, {}, 2],
  ] as const)('stay closed to others until they are whole when they %s', (_what, mode, wanted, pieces) => {
    const { make } = place(DIRECTORY_STATE.make, umask(0));
    make(0o777);
    make(0o777);
    expect(make(mode, wanted as unknown as Partial<ElementAttributes>, pieces)).toEqual([0o600, false]);
  });

  it('are never taken for right where somebody else may change what they inherit', () => {
    for (const { make } of [
      place(DIRECTORY_STATE.merge, umask(0)),
      place(DIRECTORY_STATE.own, umask(0)),
      place(DIRECTORY_STATE.make, umask(0), true),
      place(DIRECTORY_STATE.make, () => 0o755),
    ])
      for (let n = 0; n < 4; n += 1) expect(make(0o644)).toEqual([0o600, false]);
  });
});
