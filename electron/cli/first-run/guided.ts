import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { EXIT_STATUS, EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { askNewPassphrase } from '../secrets.ts';
import type { Session } from '../session.ts';
import { counted, formatCount, formatSize, formatSpan, formatTime } from '../sizes.ts';
import { ask, confirm } from '../terminal/prompt.ts';
import { typed } from '../terminal/typed.ts';
import { warningLines } from '../warnings.ts';
import { type RoundTrip, roundTrip } from './round-trip.ts';

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Takes a person through a first backup and restore of a folder of their choice. */
export const guided = async (session: Session): Promise<number> => {
  if (!(await wanted(session))) return 0;
  say('\nA first backup in four questions. Nothing of yours is changed: sources are only read,');
  say('and the restore goes to a new folder. Ctrl-C ends it at any time.\n');
  const folder = await askFolder('1. Which folder shall be protected?', await smallFolder());
  const vault = await askNew(
    '2. Where shall the vault go, a folder with the tapes?',
    join(homedir(), 'coldframe-vault'),
  );
  say(
    '3. With a passphrase, everything on the tapes is sealed. Who loses it and the recovery code cannot read them again.',
  );
  const passphrase = await askNewPassphrase('   Passphrase (empty: not sealed): ', true);
  const restored = await askNew(
    '4. Where shall it be restored to, to see that it works?',
    join(homedir(), 'coldframe-restored'),
  );
  const secrets = passphrase === '' ? {} : { passphrase };
  const { recoveryCode } = await session.call('vault.create', { dir: vault }, secrets);
  if (recoveryCode !== null) {
    say(`\nRecovery code: ${recoveryCode}`);
    await ask(
      `It opens the vault when the passphrase is lost, and is never shown again; should it get lost, "coldframe vault recovery-code" makes a new one. Write it down, then press Enter. `,
    );
  }
  say('');
  const object = await freeName(session, basename(folder));
  const trip = await roundTrip(session, { object, folder, vault, restored }, secrets, say);
  say(['', ...outcome(trip, folder, restored), '', ...whatNext(object, vault, passphrase !== '')].join('\n'));
  if (trip.comparison.differences.length > 0 && trip.set.warnings.length === 0) return EXIT_STATUS.failed;
  return trip.set.warnings.length > 0 ? EXIT_WARNINGS : 0;
};

/** Whether there is still a first time; shows what is protected already when there is not. */
const wanted = async (session: Session): Promise<boolean> => {
  const { objects } = await session.call('object.list', {});
  if (objects.length === 0) return true;
  say('This is what Coldframe protects for you:\n');
  for (const { name } of objects) {
    const { sets, lastBackupAt } = await session.call('object.show', { object: name });
    say(
      `  ${name}: ${lastBackupAt === null ? 'never backed up' : `${counted(sets, 'block set')}, the last of ${formatTime(lastBackupAt)}`}`,
    );
  }
  say('\nBack one up with: coldframe backup NAME. All commands: coldframe --help\n');
  return await confirm('Go through a first backup once more, with another folder?');
};

const outcome = ({ set, restore, comparison }: RoundTrip, folder: string, restored: string): string[] => [
  `Backed up ${counted(set.elements, 'element')}, ${formatSize(set.logicalBytes)}, as ${formatSize(set.bytesStored)} on tape ${set.tapes.join(', ')} in ${formatSpan(set.durationMs)}.`,
  `Restored ${formatCount(restore.restored)} of them to ${join(restored, folder)} in ${formatSpan(restore.durationMs)}.`,
  ...(comparison.differences.length === 0
    ? [`Compared ${counted(comparison.elements, 'element')}, ${formatSize(comparison.bytes)}: all the same.`]
    : [
        `Compared ${counted(comparison.elements, 'element')}; ${comparison.differences.length} are not the same (changed meanwhile, or not readable):`,
        ...comparison.differences.slice(0, 10).map((difference) => `  ${difference}`),
      ]),
  `The restored copy in ${restored} is yours to look at; delete it when you like.`,
  ...warningLines(set.warnings),
];

const whatNext = (object: string, vault: string, sealed: boolean): string[] => [
  'What next:',
  `  coldframe backup ${typed(object)}`,
  '      back it up again: only what changed is copied',
  `  coldframe ls ${typed(object)}`,
  '      look into the newest backup',
  `  coldframe restore ${typed(object)} --to DIR`,
  '      restore it; name paths before --to for some of it only',
  `  coldframe verify --vault ${typed(vault)}`,
  '      read everything back and check every digest',
  ...(sealed ? ['The vault asks for its passphrase; in scripts give --passphrase-file FILE.'] : []),
  'In a checkout, write  npm run -s coldframe --  in place of  coldframe.',
];

/** A folder to propose: one that people have and that is not large. */
const smallFolder = async (): Promise<string> => {
  const documents = join(homedir(), 'Documents');
  return existsSync(documents) ? documents : process.cwd();
};

const askFolder = async (question: string, proposal: string): Promise<string> => {
  for (;;) {
    const folder = await askPath(question, proposal);
    if (existsSync(folder) && statSync(folder).isDirectory()) return realpathSync(folder);
    say(`   There is no folder ${folder}.`);
  }
};

/** Asks for a folder that does not exist yet, or is empty. */
const askNew = async (question: string, proposal: string): Promise<string> => {
  for (let free = proposal, number = 2; ; number += 1) {
    if (isFree(free)) {
      const folder = await askPath(question, free);
      if (isFree(folder)) return folder;
      say(`   ${folder} is there already and not empty.`);
    } else free = `${proposal}-${number}`;
  }
};

const isFree = (folder: string): boolean =>
  !existsSync(folder) || (statSync(folder).isDirectory() && readdirSync(folder).length === 0);

const askPath = async (question: string, proposal: string): Promise<string> => {
  const answer = (await ask(`${question}\n   [${proposal}] `)).trim();
  return resolve(answer === '' ? proposal : answer.replace(/^~(?=\/|$)/, homedir()));
};

/** A name for the object that is not taken yet. */
const freeName = async (session: Session, proposal: string): Promise<string> => {
  const { objects } = await session.call('object.list', {});
  const taken = new Set(objects.map(({ name }) => name.toLowerCase()));
  const name =
    proposal
      .replace(/[@/\p{C}\p{Zl}\p{Zp}]/gu, '-')
      .trim()
      .replace(/^-+/, '')
      .slice(0, 100)
      .trim() || 'first';
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
};
