import { describe, expect, test } from 'vitest';
import {
  adoptRequest,
  createRequest,
  fieldOfError,
  NEW_VOLUME,
  type VolumeForm,
  volumeProblems,
} from './volume-form.ts';

const form = (part: Partial<VolumeForm>): VolumeForm => ({ ...NEW_VOLUME, name: 'disk1', size: '20GiB', ...part });

describe('the form of a volume', () => {
  test.each([
    [{}, {}],
    [{ name: '' }, { name: 'name' }],
    [{ name: 'a/b' }, { name: 'name' }],
    [{ name: 'other' }, { name: 'taken' }],
    [{ size: 'large' }, { size: 'size' }],
    [{ size: '0' }, { size: 'size' }],
    [{ size: '5000' }, { size: 'blocks' }],
    [{ size: '300TiB' }, { size: 'large' }],
    [{ size: '16TiB', segment: '4096' }, { size: 'segments' }],
    [{ place: 'folder', folder: 'srv' }, { folder: 'path' }],
    [{ kind: 'adopt', size: '', file: '' }, { file: 'path' }],
    [{ storageSize: 'much' }, { storageSize: 'storage' }],
    [{ blockMs: 'long' }, { blockMs: 'ms' }],
    [{ blockMs: 'long', onFull: 'invalidate' }, {}],
  ] as [Partial<VolumeForm>, object][])('%j has the problems %j', (part, problems) =>
    expect(volumeProblems(form(part), ['other'])).toEqual(problems),
  );

  test('takes what the console answers to the field that it is about', () => {
    const adopt = form({ kind: 'adopt' });
    expect(fieldOfError({ code: 'NO_SUCH_PATH', context: {} }, adopt)).toBe('file');
    expect(fieldOfError({ code: 'VOLUME_EXISTS', context: { volume: 'disk1' } }, adopt)).toBe('name');
    expect(fieldOfError({ code: 'VOLUME_EXISTS', context: { path: '/dev/vdb', volume: 'x' } }, adopt)).toBe('file');
    expect(fieldOfError({ code: 'IO', context: { path: '/srv/a.img' } }, form({ place: 'folder' }))).toBe('folder');
    expect(fieldOfError({ code: 'IO', context: {} }, form({}))).toBeNull();
    expect(fieldOfError({ code: 'HOME_LOCKED', context: {} }, adopt)).toBeNull();
  });

  test('becomes a request with what was chosen', () => {
    expect(createRequest(form({ place: 'folder', folder: '/srv/vm/', storageSize: '2 GiB' }))).toEqual({
      name: 'disk1',
      size: 20 * 1024 ** 3,
      file: '/srv/vm/disk1.img',
      segmentBytes: 65_536,
      preserve: 'protected',
      storage: 'file',
      storageBytes: 2 * 1024 ** 3,
      onFull: 'block',
      blockMs: 5000,
    });
    expect(createRequest(form({}))).not.toHaveProperty('file');
    expect(adoptRequest(form({ kind: 'adopt', file: '/dev/vdb', onFull: 'invalidate' }))).toEqual({
      name: 'disk1',
      file: '/dev/vdb',
      segmentBytes: 65_536,
      preserve: 'protected',
      storage: 'file',
      onFull: 'invalidate',
    });
  });
});
