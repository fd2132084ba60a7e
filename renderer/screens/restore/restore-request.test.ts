import { describe, expect, test } from 'vitest';
import type { BasketItem } from '../../stores/basket.ts';
import {
  FIRST_CHOICE,
  isComplete,
  overwritesDisk,
  requestsFor,
  takesAllTapes,
  volumePlaces,
} from './restore-request.ts';

const item = (set: string, path: string): BasketItem => ({ set, object: 'o', path, type: 'file', bytes: 1 });

describe('a restore', () => {
  test('never goes anywhere before a place was named, and stops at what is there unless told otherwise', () => {
    expect(isComplete(FIRST_CHOICE)).toBe(false);
    expect(isComplete({ ...FIRST_CHOICE, folder: 'relative' })).toBe(false);
    expect(isComplete({ ...FIRST_CHOICE, folder: ' /there ' })).toBe(true);
    expect(FIRST_CHOICE.onConflict).toBe('fail');
  });

  test('leaves out a shared folder whose name is no text by its bytes', () => {
    const lossy = { ...item('a', '/srv/caf\ufffd/x'), pathBase64: btoa('/srv/caf\xe9/x') };
    expect(requestsFor([lossy], { ...FIRST_CHOICE, folder: '/there' })).toMatchObject([
      { paths: [{ pathBase64: btoa('/srv/caf\xe9/x') }], relativeTo: { pathBase64: btoa('/srv/caf\xe9') } },
    ]);
  });

  test('is one request a moment, into the folder without the folders that all items share', () => {
    const items = [item('a', '/home/ada/x'), item('b', '/home/ada/d/y'), item('a', '/home/ada/z')];
    expect(requestsFor(items, { ...FIRST_CHOICE, folder: '/there' })).toEqual([
      {
        set: 'a',
        paths: [{ path: '/home/ada/x' }, { path: '/home/ada/z' }],
        onConflict: 'fail',
        to: { path: '/there' },
        relativeTo: { path: '/home/ada' },
      },
      {
        set: 'b',
        paths: [{ path: '/home/ada/d/y' }],
        onConflict: 'fail',
        to: { path: '/there' },
        relativeTo: { path: '/home/ada' },
      },
    ]);
  });

  test('to where things came from names no folder', () => {
    const [request] = requestsFor([item('a', '/x')], { ...FIRST_CHOICE, where: 'original', onConflict: 'skip' });
    expect(request).toEqual({ set: 'a', paths: [{ path: '/x' }], onConflict: 'skip', original: true });
  });

  test('of a volume goes to an image or a device by its own path, and overwrites a disk only where that was asked for', () => {
    expect(volumePlaces(1)).toEqual(['image', 'device', 'original']);
    expect(volumePlaces(2)).toEqual(['folder', 'original']);
    const volume = [item('a', '/disk1')];
    const image = { ...FIRST_CHOICE, where: 'image', image: '/srv/disk1.img' } as const;
    expect(requestsFor(volume, image, true)).toEqual([
      { set: 'a', paths: [{ path: '/disk1' }], onConflict: 'fail', to: { path: '/srv/disk1.img' } },
    ]);
    const device = { ...FIRST_CHOICE, where: 'device', device: '/dev/sdb' } as const;
    expect(requestsFor(volume, device, true)).toEqual([
      { set: 'a', paths: [{ path: '/disk1' }], onConflict: 'overwrite', to: { path: '/dev/sdb' } },
    ]);
    expect([overwritesDisk(image, true), overwritesDisk(device, true)]).toEqual([false, true]);
    expect(isComplete({ ...FIRST_CHOICE, where: 'device' })).toBe(false);
  });

  test('of volumes in place is one request each, and overwrites them', () => {
    const back = { ...FIRST_CHOICE, where: 'original' } as const;
    expect(requestsFor([item('a', '/disk1'), item('a', '/disk2')], back, true)).toEqual([
      { set: 'a', paths: [{ path: '/disk1' }], onConflict: 'overwrite', original: true },
      { set: 'a', paths: [{ path: '/disk2' }], onConflict: 'overwrite', original: true },
    ]);
    expect(overwritesDisk(back, false)).toBe(false);
  });

  test('takes all tapes where a volume goes as a whole, and may do without where there are several things to restore', () => {
    for (const where of ['image', 'device', 'original'] as const) expect(takesAllTapes({ where }, true)).toBe(true);
    expect(takesAllTapes({ where: 'folder' }, true)).toBe(false);
    for (const where of ['folder', 'original'] as const) expect(takesAllTapes({ where }, false)).toBe(false);
  });
});
