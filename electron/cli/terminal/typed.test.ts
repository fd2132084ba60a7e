import { expect, test } from 'vitest';
import { typed } from './typed.ts';

test.each([
  ['docs', 'docs'],
  ['/srv/vault-2', '/srv/vault-2'],
  ['docs@latest', 'docs@latest'],
  ['My Documents', "'My Documents'"],
  ["Ada's $HOME", "'Ada'\\''s $HOME'"],
  ['', "''"],
])('%s is typed as %s', (text, shell) => expect(typed(text)).toBe(shell));
