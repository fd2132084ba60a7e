import { expect, test } from 'vitest';
import type { RendererFile } from '../platform/renderer-files.ts';
import { answerFrom } from './app-protocol.ts';

const file = (type: string, text: string, immutable = false): RendererFile => ({
  type,
  digest: '',
  immutable,
  content: Buffer.from(text),
  encoded: {},
});
const files = new Map([
  ['/', file('text/html; charset=utf-8', '<!doctype html>')],
  ['/assets/main.js', file('text/javascript; charset=utf-8', 'ours()', true)],
]);
const ask = (url: string, method = 'GET') => answerFrom(files, { url, method });

test('files of the list are served with their type and the policy of the web shell', async () => {
  const answer = ask('app://coldframe/assets/main.js');
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('ours()');
  expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(answer.headers.get('cache-control')).toContain('immutable');
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

test('the page is the same wherever it leads to', () => {
  expect(ask('app://coldframe/#/jobs').status).toBe(200);
});

test.each([
  'app://coldframe/../../etc/passwd',
  'app://coldframe/%2e%2e/%2e%2e/etc/passwd',
  'app://coldframe/assets/../assets/main.js',
  'app://coldframe/assets%2fmain.js',
  'app://coldframe/assets/main.js?x',
  'app://coldframe/?x',
  'app://coldframe/index.html',
  'app://coldframe//',
  'app://coldframe/constructor',
  'app://coldframe.evil/',
  'app://coldframe',
  'app://elsewhere/assets/main.js',
  'app://user@coldframe/',
  'file:///etc/passwd',
  '',
])('%s is not served', async (url) => {
  const answer = ask(url);
  expect([answer.status, await answer.text()]).toEqual([404, '']);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test.each(['POST', 'PUT', 'HEAD', 'get'])('%s is refused', (method) => {
  expect(ask('app://coldframe/', method).status).toBe(405);
});
