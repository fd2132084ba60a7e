import { expect, test } from 'vitest';
import { mayOpenOutside } from './external-links.ts';

test.each([
  ['https://www.apache.org/licenses/LICENSE-2.0', true],
  ['http://www.apache.org/licenses/LICENSE-2.0', false],
  ['https://www.apache.org/elsewhere', false],
  ['https://www.apache.org/licenses/../elsewhere', false],
  ['https://www.apache.org:444/licenses/', false],
  ['https://www.apache.org.evil.example/licenses/', false],
  ['https://www.apache.org@evil.example/licenses/', false],
  ['https://user@www.apache.org/licenses/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['smb://host/share', false],
  ['', false],
])('%s is opened outside: %s', (address, opened) => {
  expect(mayOpenOutside(address)).toBe(opened);
});
