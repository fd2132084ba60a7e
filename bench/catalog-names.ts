import { numberStream } from './random-bytes.ts';

const WORDS =
  'annual budget report invoice holiday photo meeting notes draft final client project plan design review summary letter contract order delivery stock staff salary season market garden winter travel family music lesson recipe backup config server module index main test util helper service model view controller'.split(
    ' ',
  );
const ENDINGS = ['pdf', 'docx', 'xlsx', 'jpg', 'png', 'txt', 'ts', 'js', 'json', 'md', 'csv', 'html', 'mp3', 'log'];
const COMMON = [
  'index.ts',
  'README.md',
  'package.json',
  '.gitignore',
  'main.c',
  'Makefile',
  '__init__.py',
  'thumbs.db',
];

/** A file in the tree of the benchmark. */
export interface BenchFile {
  readonly dir: string;
  readonly name: string;
}

/**
 * The folders and files of the benchmark: folders of 5 to 40 files, most of them four to seven levels deep, names of two
 * words and a number or names that stand in many folders; one folder with 10,000 files, and one 30 levels deep.
 */
export function* benchTree(files: number): Generator<BenchFile> {
  const random = numberStream('catalog names');
  const word = (): string => WORDS[random(WORDS.length)] as string;
  const ending = (): string => ENDINGS[random(ENDINGS.length)] as string;
  const folders = ['/srv/data'];
  let made = 0;
  const big = Math.min(10_000, Math.floor(files / 4));
  for (; made < big; made += 1)
    yield { dir: '/srv/data/inbox', name: `scan-${String(made).padStart(6, '0')}.${ending()}` };
  const deep = `/srv/data${Array.from({ length: 30 }, (_, level) => `/level${level}`).join('')}`;
  for (let n = 0; n < 20 && made < files; n += 1, made += 1) yield { dir: deep, name: `deep-${n}.txt` };
  while (made < files) {
    const parent = folders[random(folders.length)] as string;
    const folder = `${parent}/${word()}-${folders.length}`;
    if (folder.split('/').length < 10) folders.push(folder);
    const count = 5 + random(36);
    const used = new Set<string>();
    for (let n = 0; n < count && made < files; n += 1) {
      const name =
        random(8) === 0
          ? (COMMON[random(COMMON.length)] as string)
          : `${word()}-${word()}${random(10_000)}.${ending()}`;
      if (used.has(name)) continue;
      used.add(name);
      yield { dir: folder, name };
      made += 1;
    }
  }
}
