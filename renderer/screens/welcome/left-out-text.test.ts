import { expect, test } from 'vitest';
import { leftOutText } from './left-out-text.ts';

const rule = (name: string, elements: number, bytes: number) => ({ rule: name, elements, bytes, largest: [] });
const text = (leftOut: ReturnType<typeof rule>[], unread = 0) =>
  leftOutText({ leftOut, bytes: 2048, unreadable: { elements: unread, first: [] } });

test('that all of a folder is kept is said only where nothing is left out and everything could be read', () => {
  expect(text([])).toBe('In this folder there is none of that: all 2.0 KiB are kept.');
  expect(text([rule('temp', 1, 4096), rule('swap', 0, 0)])).toBe(
    'In this folder: 2.0 KiB kept, left out: Temporary files 4.0 KiB.',
  );
  const others = [text([rule('mounts', 2, 0)]), text([rule('temp', 3, 0)]), text([], 1), text([rule('temp', 1, 9)], 2)];
  for (const each of others) expect(each).not.toContain('all ');
  expect(others[0]).toBe('In this folder: 2.0 KiB kept, left out: Other disks and shares, mounted there (2).');
  expect(others[1]).toContain('left out: Temporary files (3).');
  expect(others[2]).toMatch(
    /as far as it can be read: 2\.0 KiB kept\. 1 element in it cannot be read, and is not kept/,
  );
  expect(others[3]).toContain('2 elements in it cannot be read, and are not kept');
});
