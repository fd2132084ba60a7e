import { expect, test } from 'vitest';
import { NEW_NOTICE, noticeFormOf, noticeProblems, noticeRequest } from './notice-form.ts';

test('a form says what is missing, by its kind', () => {
  expect(noticeProblems(NEW_NOTICE)).toEqual(['name', 'server', 'from', 'to']);
  expect(noticeProblems({ ...NEW_NOTICE, name: 'chat', kind: 'webhook', url: 'chat.example.org' })).toEqual(['url']);
  expect(noticeProblems({ ...NEW_NOTICE, name: 'screen', kind: 'desktop' })).toEqual([]);
});

test('a notice that is there keeps its secrets unless they are typed anew, but no password goes to another server or user', () => {
  const mail = { kind: 'email', server: 'smtp://m', user: 'backup', from: 'a@b', to: ['c@d', 'e@f'] } as const;
  const target = { ...mail, to: [...mail.to] };
  const form = noticeFormOf({ name: 'admin' }, target);
  expect(noticeProblems(form, target)).toEqual([]);
  expect(noticeRequest(form)).toEqual({ input: { name: 'admin', target }, secret: null });
  expect(noticeProblems({ ...form, server: 'smtp://other' }, target)).toEqual(['password']);
  expect(noticeProblems({ ...form, user: 'other' }, target)).toEqual(['password']);
  expect(noticeProblems({ ...form, user: 'other', password: 'horse' }, target)).toEqual([]);
  expect(noticeProblems({ ...form, user: '' }, target)).toEqual([]);
  const hook = { kind: 'webhook', format: 'json', signed: true } as const;
  const kept = noticeFormOf({ name: 'chat' }, hook);
  expect(noticeProblems(kept, hook)).toEqual([]);
  expect(noticeRequest(kept)).toEqual({ input: { name: 'chat', target: hook }, secret: null });
  expect(noticeProblems({ ...kept, url: 'chat' }, hook)).toEqual(['url']);
});

test('what is secret travels beside the request', () => {
  const mail = { ...NEW_NOTICE, name: 'admin', server: 'smtp://m', from: 'a@b', to: 'c@d, e@f' };
  expect(noticeProblems({ ...mail, user: 'backup' })).toEqual(['password']);
  const { input, secret } = noticeRequest({ ...mail, user: 'backup', password: 'horse' });
  expect(secret).toBe('horse');
  expect(JSON.stringify(input)).not.toContain('horse');
  expect(input.target).toMatchObject({ to: ['c@d', 'e@f'], user: 'backup' });
  expect(noticeRequest({ ...NEW_NOTICE, kind: 'webhook', url: 'https://h/secret' })).toMatchObject({
    secret: 'https://h/secret',
  });
  const signed = noticeRequest({ ...NEW_NOTICE, kind: 'webhook', url: 'https://h/secret', signingKey: 'k'.repeat(16) });
  expect(signed).toMatchObject({ signingKey: 'k'.repeat(16), input: { target: { signed: true } } });
  expect(JSON.stringify(signed.input)).not.toContain('kkk');
  expect(noticeProblems({ ...NEW_NOTICE, name: 'n', kind: 'webhook', url: 'https://h', signingKey: 'short' })).toEqual([
    'signingKey',
  ]);
});
