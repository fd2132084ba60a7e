import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Longest licence text that is carried along. */
const LONGEST = 40_000;

/**
 * What is said of every package that is part of the product: its licence, and the text that it asks to be passed on. Parts
 * for one system alone belong to a package that is named.
 */
export function notices() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const own = Object.entries(packages).filter(
    ([place, { dev, optional }]) => place.startsWith('node_modules/') && !dev && !optional,
  );
  const found = own.filter(([place]) => existsSync(join(root, place))).map(([place, entry]) => noticeOf(place, entry));
  return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** The source of `electron/console/about/notices.ts`. */
export function noticesSource() {
  const rows = notices().map((notice) => `  ${JSON.stringify(notice)},`);
  return [
    '// Made by scripts/notices.mjs from the installed packages; a test compares the two.',
    "import type { Dependency } from '../../../shared/contract/system.ts';",
    '',
    'export const NOTICES: readonly Dependency[] = [',
    ...rows,
    '];',
    '',
  ].join('\n');
}

function noticeOf(place, { version }) {
  const folder = join(root, place);
  const { name, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.|-|$)/i.test(each));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  return { name, version, licence: typeof license === 'string' ? license : 'see text', text: text.slice(0, LONGEST) };
}
