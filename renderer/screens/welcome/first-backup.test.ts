import { describe, expect, test } from 'vitest';
import { objectFor } from './first-backup.ts';

const object = (name: string, path: string, dir = '/vault') => ({
  name,
  roots: [{ path, crossFileSystems: false }],
  vault: { id: 'v', dir },
});

describe('the object of a first backup', () => {
  test('is the one that protects this very folder already, whatever it is called', () => {
    expect(objectFor([object('mine', '/a/docs')], 'docs', '/a/docs', '/vault')).toEqual({ name: 'mine', isNew: false });
  });

  test('is never another one that only has the same name', () => {
    const objects = [object('docs', '/b/docs'), object('docs 2', '/c/docs')];
    expect(objectFor(objects, 'docs', '/a/docs', '/vault')).toEqual({ name: 'docs 3', isNew: true });
  });

  test('is not one whose backups go to another vault', () => {
    expect(objectFor([object('docs', '/a/docs', '/old')], 'docs', '/a/docs', '/vault')).toEqual({
      name: 'docs 2',
      isNew: true,
    });
  });
});
