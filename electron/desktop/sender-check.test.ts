import { expect, test } from 'vitest';
import { isOurPage } from './sender-check.ts';

const page = { origin: 'app://coldframe', parent: null };
interface Event {
  readonly sender: { readonly id: number; readonly mainFrame: unknown };
  readonly senderFrame: { readonly origin: string; readonly parent: unknown } | null;
}
const sent: Event = { sender: { id: 1, mainFrame: page }, senderFrame: page };

test('our page in our window is heard', () => {
  expect(isOurPage(sent, 1)).toBe(true);
});

const others: [string, Event, number | null][] = [
  ['another window', sent, 2],
  ['no window at all', sent, null],
  ['a frame that is gone', { ...sent, senderFrame: null }, 1],
  ['a frame in our page', { ...sent, senderFrame: { origin: 'app://coldframe', parent: page } }, 1],
  ['a frame beside our page', { ...sent, senderFrame: { origin: 'app://coldframe', parent: null } }, 1],
  ...['https://evil.example', 'null', 'app://coldframe.evil', 'app://coldframe:1', 'file://', ''].map(
    (origin): [string, Event, number] => {
      const foreign = { origin, parent: null };
      return [`a page of ${origin || 'nowhere'}`, { sender: { id: 1, mainFrame: foreign }, senderFrame: foreign }, 1];
    },
  ),
];

test.each(others)('%s is not', (_, event, windowId) => {
  expect(isOurPage(event, windowId)).toBe(false);
});
