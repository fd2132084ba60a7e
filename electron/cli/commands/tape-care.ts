import type { Command } from 'commander';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { placeNow } from '../../../shared/model/tape-place.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatCount, formatSize, formatTime } from '../sizes.ts';
import { confirm } from '../terminal/prompt.ts';
import { table } from '../terminal/table.ts';
import { warningLines } from '../warnings.ts';

export interface InVault {
  readonly vault?: string;
}

interface EraseOptions extends InVault {
  readonly damagedFront?: true;
  readonly althoughHeld?: true;
}

/** The commands that take a tape out of use, or keep it from being written to. */
export const addTapeCareCommands = (tape: Command, run: Run): void => {
  const inVault = (command: Command): Command =>
    command.option('--vault <dir>', 'the vault, when several have a tape of this name');

  inVault(tape.command('erase <tape>'))
    .description('label a tape anew; what lies on it is gone, and it is named first')
    .option('--damaged-front', 'also when its beginning is damaged, so that the catalog alone tells what lies on it')
    .option(
      '--although-held',
      'also where sets are lost from before one that is unusual and at which nobody has looked',
    )
    .addHelpText('after', examples('tape erase CF0003', 'tape erase CF0003 --vault /srv/vault --yes'))
    .action((id: string, options: EraseOptions, command: Command) =>
      run(command, async (session) => {
        const one = oneTape(session, id, options);
        const losses = await session.call('tape.losses', one);
        const front = options.damagedFront ? losses.front : null;
        await consent(
          session,
          losses,
          lossText(losses),
          losses.sets.length > 0 || losses.unlisted > 0 || options.damagedFront === true,
        );
        const agreed = {
          sets: losses.sets.map((set) => set.id),
          unlisted: losses.unlisted,
          asOf: losses.asOf,
          ...(options.althoughHeld ? { althoughHeld: true } : {}),
          // What the beginning of a tape of a changer is like its drive tells, once it is to be erased.
          ...(options.damagedFront
            ? { damagedFront: front?.known === false ? ('unknown' as const) : ('known' as const) }
            : {}),
        };
        const result = await session.call('tape.erase', { ...one, ...agreed });
        session.answer(result, () =>
          [
            `Tape ${result.tape.barcode} is labelled anew.`,
            ...(result.sets.length === 0 ? [] : [`${counted(result.sets.length, 'block set')} lost what lay on it.`]),
            ...warningLines(result.warnings),
          ].join('\n'),
        );
        return result.warnings.length > 0 ? EXIT_WARNINGS : 0;
      }),
    );

  inVault(tape.command('copy <tape>'))
    .description('copy a tape onto an empty one; restores use it where the original is missing or damaged')
    .addHelpText('after', examples('tape copy CF0001 --to CF0005'))
    .requiredOption('--to <tape>', 'an empty tape of the same vault')
    .action((id: string, options: InVault & { readonly to: string }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('tape.copy', { ...oneTape(session, id, options), to: options.to });
        session.answer(result, () =>
          [
            `Tape ${result.copy.barcode} is a copy of ${result.tape.barcode}: ${counted(result.chunks, 'chunk')} (${formatSize(result.bytes)}), read back.`,
            ...warningLines(result.warnings),
          ].join('\n'),
        );
        return result.warnings.length > 0 ? EXIT_WARNINGS : 0;
      }),
    );

  inVault(tape.command('retire <tape>'))
    .description('take a tape out of use for good; what lies on it can still be read')
    .action((id: string, options: InVault, command: Command) =>
      run(command, async (session) => {
        const one = oneTape(session, id, options);
        const losses = await session.call('tape.losses', one);
        await consent(session, losses, retireText(losses), losses.sets.length > 0, 'copy the tape first', 'to that');
        const result = await session.call('tape.retire', one);
        session.answer(result, () => `Tape ${result.tape.barcode} is retired.`);
        return 0;
      }),
    );

  inVault(tape.command('forget <tape>'))
    .description('forget a tape that is not here and will not come back, with its slot; what lay on it is named first')
    .option(
      '--although-held',
      'also where sets are lost from before one that is unusual and at which nobody has looked',
    )
    .addHelpText('after', examples('tape forget CF0003', 'tape forget CF0003 --vault /srv/vault --yes'))
    .action((id: string, options: EraseOptions, command: Command) =>
      run(command, async (session) => {
        const one = oneTape(session, id, options);
        const losses = await session.call('tape.losses', one);
        await consent(
          session,
          losses,
          lossText(losses),
          losses.sets.length > 0 || losses.unlisted > 0,
          'put the tape back',
        );
        const result = await session.call('tape.forget', {
          ...one,
          sets: losses.sets.map((set) => set.id),
          unlisted: losses.unlisted,
          asOf: losses.asOf,
          ...(options.althoughHeld ? { althoughHeld: true } : {}),
        });
        session.answer(result, () =>
          [
            `Tape ${result.tape.barcode} is forgotten.`,
            ...(result.sets.length === 0 ? [] : [`${counted(result.sets.length, 'block set')} lost what lay on it.`]),
            ...warningLines(result.warnings),
          ].join('\n'),
        );
        return result.warnings.length > 0 ? EXIT_WARNINGS : 0;
      }),
    );

  inVault(tape.command('shelf <tape> [place]'))
    .description('note where a tape is kept that was taken out of the library, until it is back')
    .option('--clear', 'where it is kept is not known any more')
    .addHelpText('after', examples('tape shelf CF0003 "bank, box 7"', 'tape shelf CF0003 --clear'))
    .action((id: string, place: string | undefined, options: InVault & { readonly clear?: true }, command: Command) =>
      run(command, async (session) => {
        if ((place === undefined) !== (options.clear === true))
          throw new ColdframeError('USAGE', {
            message: 'Either the place of the tape is wanted, or --clear.',
            guidance: 'For instance: coldframe tape shelf CF0003 "bank, box 7"',
          });
        const result = await session.call('tape.shelve', { ...oneTape(session, id, options), shelf: place ?? null });
        const { barcode, shelf } = result.tape;
        session.answer(result, () =>
          shelf === null
            ? `Where tape ${barcode} is kept is not noted.`
            : `Tape ${barcode}: shelf ${printable(shelf)}.`,
        );
        return 0;
      }),
    );

  for (const [verb, on] of [
    ['protect', true],
    ['unprotect', false],
  ] as const) {
    inVault(tape.command(`${verb} <tape>`))
      .description(on ? 'keep a tape from being written to and erased' : 'let a tape be written to again')
      .action((id: string, options: InVault, command: Command) =>
        run(command, async (session) => {
          const result = await session.call('tape.protect', { ...oneTape(session, id, options), on });
          session.answer(result, () => `Tape ${result.tape.barcode} is ${on ? '' : 'no longer '}write-protected.`);
          return 0;
        }),
      );
  }
};

export const oneTape = (session: Session, tape: string, { vault }: InVault) => ({
  tape,
  ...(vault === undefined ? {} : { vault: session.place(vault) }),
});

type Losses = OutputOf<'tape.losses'>;

/** How many of a kind are listed for people. */
const SHOWN = 20;

const setTable = (sets: Losses['sets']): string =>
  table(sets, [
    { title: 'SET', of: ({ id }) => id.slice(0, 8) },
    { title: 'OBJECT', of: ({ object }) => object },
    { title: 'LEVEL', of: ({ level }) => level },
    { title: 'CREATED', of: ({ createdAt }) => formatTime(createdAt) },
  ]);

const holderText = ({ barcode, verifiedAt }: Losses['copies'][number]): string =>
  verifiedAt === null
    ? `  ${barcode}: not read through since something was written to it`
    : `  ${barcode}: read through and found right at ${formatTime(verifiedAt)}`;

/** What goes with a tape. Where its beginning is damaged, that comes first: nobody knows, then, that the catalog knows all. */
export const lossText = ({ tape, front, ...losses }: Losses): string =>
  [...(front === null ? [] : frontText(tape, front)), keptText({ tape, ...losses }, front === null)].join('\n');

const keptText = (
  { tape, sets, copies, elements, chunksLost, unlisted }: Omit<Losses, 'front'>,
  legible: boolean,
): string => {
  if (sets.length === 0 && unlisted === 0)
    return legible
      ? `Nothing on tape ${tape.barcode} is kept.`
      : `The catalog of this home knows of nothing on tape ${tape.barcode}.`;
  const lost = sets.filter(({ onCopies }) => !onCopies);
  const copied = sets.filter(({ onCopies }) => onCopies);
  return [
    ...(lost.length === 0 && unlisted === 0 ? [] : [`With tape ${tape.barcode} would be lost:`]),
    ...(lost.length === 0
      ? []
      : [
          setTable(lost),
          `${counted(elements.length, 'element')} with something in ${counted(chunksLost, 'chunk')} that no other sound tape at hand holds:`,
          ...elements.slice(0, SHOWN).map((path) => `  ${path}`),
          ...(elements.length > SHOWN ? [`  … and ${formatCount(elements.length - SHOWN)} more`] : []),
        ]),
    ...(unlisted === 0 ? [] : [`${counted(unlisted, 'chunk')} that the catalog of this home does not list.`]),
    ...(copied.length === 0
      ? []
      : [
          `Without tape ${tape.barcode} these would be on copies alone, which were not read again for this ("coldframe verify" does):`,
          setTable(copied),
          ...copies.slice(0, SHOWN).map(holderText),
          ...(copies.length > SHOWN ? [`  … and ${formatCount(copies.length - SHOWN)} more`] : []),
        ]),
  ].join('\n');
};

/** What hangs on a tape that takes no more for good: nothing goes, but what lies there alone is had back only as long as it does. */
export const retireText = ({ tape, sets, copies }: Pick<Losses, 'tape' | 'sets' | 'copies'>): string => {
  const alone = sets.filter(({ onCopies }) => !onCopies);
  const copied = sets.filter(({ onCopies }) => onCopies);
  return [
    `Retired, tape ${tape.barcode} takes nothing more for good. What lies on it can still be read.`,
    ...(alone.length === 0
      ? []
      : [`As a whole these can be restored only as long as it is there and sound:`, setTable(alone)]),
    ...(copied.length === 0
      ? []
      : [
          `These lie on copies, too, which were not read again for this ("coldframe verify" does):`,
          setTable(copied),
          ...copies.slice(0, SHOWN).map(holderText),
          ...(copies.length > SHOWN ? [`  … and ${formatCount(copies.length - SHOWN)} more`] : []),
        ]),
  ].join('\n');
};

/** Of a tape that cannot say all about itself any more. */
const frontText = (tape: Losses['tape'], { damage, known }: NonNullable<Losses['front']>): string[] => [
  `The beginning of tape ${tape.barcode} is damaged: ${damage}`,
  known
    ? 'What else is legible says that it is this tape. What lies on it cannot be told beyond what the catalog of this home knows.'
    : `Nothing on it says which tape it is: it may be another one, also one of another vault, and what lies on it cannot be told. Whatever lies in ${placeNow(tape)} would be erased.`,
];

/** What cannot be had back takes a yes: typed, or given with the command. */
const consent = async (
  session: Session,
  losses: Losses,
  text: string,
  loses: boolean,
  otherwise = 'copy the tape first',
  /** To what nobody agreed. */
  what: 'to lose it' | 'to that' = 'to lose it',
): Promise<void> => {
  if (!loses || session.options.yes) return;
  if (session.interactive) {
    session.note(text);
    if (await confirm('Go on?')) return;
    throw new ColdframeError('CANCELLED', { message: 'Nothing was changed.', guidance: 'Answer y, or give --yes.' });
  }
  if (!session.options.json) session.note(text);
  throw new ColdframeError('TAPE_NEEDED', {
    message: `${heldBack(losses)}, and nobody agreed ${what}. Nothing was changed.`,
    guidance: `Give --yes to agree to that, or ${otherwise}.`,
    context: {
      tape: losses.tape.id,
      sets: losses.sets.map(({ id }) => id).join(' '),
      elements: losses.elements.length,
    },
  });
};

const heldBack = ({ tape, sets, unlisted }: Losses): string =>
  sets.length + unlisted === 0
    ? `What lies on tape ${tape.barcode} cannot be told`
    : `What lies on tape ${tape.barcode} is in use (${counted(sets.length, 'block set')})`;
