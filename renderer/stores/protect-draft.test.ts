import { describe, expect, test } from 'vitest';
import { wholePath } from './paths.ts';
import {
  type Draft,
  EMPTY_DRAFT,
  passphraseProblem,
  problemsOf,
  runsOf,
  suggestedName,
  tickedBy,
  withRoot,
} from './protect-draft.ts';

const roots = [{ path: '/home/ada' }, { path: '/srv/www' }];
const draft = (part: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, ...part });

describe('what the wizard has ticked', () => {
  test('takes what lies within a ticked folder with it', () => {
    expect(withRoot([{ path: '/home/ada/x' }, { path: '/srv' }], { path: '/home/ada' }, true)).toEqual([
      { path: '/srv' },
      { path: '/home/ada' },
    ]);
    expect(tickedBy(roots, '/home/ada/x')).toBe('folder');
    expect(tickedBy(roots, '/home/ada')).toBe('itself');
    expect(tickedBy(roots, '/home')).toBe('partly');
    expect(tickedBy(roots, '/home/adam')).toBe('no');
  });

  test('goes again when unticked', () => {
    expect(withRoot(roots, { path: '/srv/www' }, false)).toEqual([{ path: '/home/ada' }]);
  });

  test('tells folders apart whose names look the same because they are no text', () => {
    const [one, other] = ['\xe8', '\xe9'].map((byte) => ({ path: '/srv/\ufffd', pathBase64: btoa(`/srv/${byte}`) }));
    if (!one || !other) throw new Error('two folders');
    expect(tickedBy([one], wholePath(other))).toBe('no');
    expect(withRoot([one], other, true)).toEqual([one, other]);
    expect(withRoot([one, other], other, false)).toEqual([one]);
  });

  test('suggests a name that the console takes', () => {
    expect(suggestedName(draft({ roots }))).toBe('ada and www');
    expect(suggestedName(draft({ roots: [{ path: '/' }] }))).toBe('everything');
    expect(suggestedName(draft({ roots, kind: 'volumes', volumes: ['disk1', 'log', 'spare'] }))).toBe('disk1 and log');
  });
});

describe('a step of the wizard', () => {
  test('is left only when it is complete', () => {
    expect(problemsOf(draft({}), [])).toEqual(['roots']);
    expect(problemsOf(draft({ roots }), [])).toEqual([]);
    expect(problemsOf(draft({ kind: 'volumes', roots }), [])).toEqual(['volumes']);
    expect(problemsOf(draft({ kind: 'volumes', volumes: ['disk1'] }), [])).toEqual([]);
    const names = Array.from({ length: 65 }, (_, index) => `disk${index}`);
    expect(problemsOf(draft({ kind: 'volumes', volumes: names }), [])).toEqual(['many']);
    expect(problemsOf(draft({ step: 'where', roots, vault: '/v' }), [])).toEqual([]);
    expect(problemsOf(draft({ step: 'where', roots, sealed: false }), ['ada and www'])).toEqual(['taken', 'vault']);
    expect(problemsOf(draft({ step: 'where', roots, name: 'a@b', vault: '/v' }), [])).toEqual(['name']);
  });

  test('with times wants one that can be read, and of a sealed vault where its passphrase is', () => {
    const when = (part: Partial<Draft>) => draft({ step: 'when', roots, ...part });
    expect(runsOf(when({}), false)).toBe('daily');
    expect(problemsOf(when({}), [], false)).toEqual([]);
    expect(problemsOf(when({ time: '25:00' }), [], false)).toEqual(['time']);
    expect(problemsOf(when({ time: '25:00', runs: 'hand' }), [], true)).toEqual([]);
    expect(runsOf(when({}), true)).toBe('hand');
    expect(problemsOf(when({ runs: 'weekly' }), [], true)).toEqual(['passphraseFile']);
    expect(problemsOf(when({ runs: 'weekly', passphraseFile: '/etc/key' }), [], true)).toEqual([]);
    expect(problemsOf(when({ runs: 'weekly', passphraseFile: 'C:\\key' }), [], true)).toEqual([]);
    expect(problemsOf(when({ runs: 'weekly', passphraseFile: 'key' }), [], true)).toEqual(['passphraseFile']);
  });

  test('wants a passphrase that is long enough and typed twice alike, when there is to be one', () => {
    expect(passphraseProblem({ sealed: true, passphrase: 'short', again: 'short' })).toBe('short');
    expect(passphraseProblem({ sealed: true, passphrase: 'long enough', again: 'long enouhg' })).toBe('differs');
    expect(passphraseProblem({ sealed: true, passphrase: 'long enough', again: 'long enough' })).toBeNull();
    expect(passphraseProblem({ sealed: false, passphrase: '', again: '' })).toBeNull();
  });
});
