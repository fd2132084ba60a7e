import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, root } from './paths.mjs';

/** Longest licence text that is carried along. */
const LONGEST = 40_000;

/**
 * What is said of every package that is part of the product, bundled into its window or not: its licence, and the text that it asks to
 * be passed on. Parts for one system alone belong to a package that is named.
 */
export function notices() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const inWindow = bundledIn(packages, 'renderer');
  const own = Object.entries(packages).filter(
    ([place, { dev, optional }]) => place.startsWith('node_modules/') && ((!dev && !optional) || inWindow.has(place)),
  );
  const found = own.filter(([place]) => existsSync(join(root, place))).map(([place, entry]) => noticeOf(place, entry));
  return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

const IMPORTED = /(?:\bfrom|\bimport|@import|\burl)\s*\(?\s*['"]((?:@[\w.-]+\/)?[\w][\w.-]*)[^'"]*['"]/g;

/**
 * Places of the packages that the sources of a folder name, and of what these depend on. To the build they are tools: nothing is
 * installed with the product, so the lock calls them `dev`.
 */
function bundledIn(packages, folder) {
  const sources = filesBelow(folder).filter(
    (file) => /\.(tsx?|css|html)$/.test(file) && !/\.(test|config)\.tsx?$/.test(file),
  );
  const named = new Set(
    sources.flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(IMPORTED)].map(([, name]) => name)),
  );
  const found = new Set();
  const add = (name, from) => {
    const place = placeOf(packages, name, from);
    if (place === undefined || found.has(place)) return;
    found.add(place);
    // What a package needs of its host is there for another reason, or not needed.
    for (const needed of Object.keys(packages[place].dependencies ?? {})) add(needed, place);
  };
  for (const name of named) add(name, '');
  return found;
}

/** Where a package is found by another one: beside what it brought itself, else further up. */
function placeOf(packages, name, from) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (at === '') return undefined;
  }
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
