import { describe, expect, test } from 'vitest';
import { guidanceInWindow } from './guidance.ts';

describe('guidance in a window', () => {
  test('names a place of the window where the console names a command', () => {
    const guidance = 'List them with: coldframe object list';
    expect(guidanceInWindow({ code: 'NO_SUCH_OBJECT', guidance })).toBe('What is protected stands in the overview.');
    expect(guidanceInWindow({ code: 'NO_SUCH_TAPE', guidance: 'See "tape list" for the tapes that it has.' })).toMatch(
      'under Media',
    );
    expect(guidanceInWindow({ code: 'NO_SUCH_VOLUME', guidance: '`volume list` shows the volumes.' })).toMatch(
      'under Volumes',
    );
  });

  test('names the search for a path of a set alone, and not for a folder whose disk is gone', () => {
    const inWindow = (guidance: string) => guidanceInWindow({ code: 'NO_SUCH_PATH', guidance });
    expect(inWindow('Look for it by name with: coldframe find PATTERN')).toMatch('search above');
    expect(inWindow('Mount the disk, or take it as it is with --level full.')).toBe(
      'Mount the disk, or take it as it is by a full backup.',
    );
  });

  test('of a restore names the steps of the window', () => {
    const guidance = 'Make the plan again (--dry-run), and agree to what it says now.';
    expect(guidanceInWindow({ code: 'DESTINATION_TAKEN', guidance })).toBe(
      'Go back and review it again, and agree to what it says now.',
    );
  });

  test('stays as it is where it names none, or where there are no other words', () => {
    const guidance = 'Make room on the disk of the vault and run the backup again.';
    expect(guidanceInWindow({ code: 'DISK_FULL', guidance })).toBe(guidance);
    expect(guidanceInWindow({ code: 'USAGE', guidance: 'Give either --to PLACE or --original.' })).toMatch('--to');
  });
});
