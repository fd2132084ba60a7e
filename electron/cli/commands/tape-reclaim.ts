import type { Command } from 'commander';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { ReclaimOfTape } from '../../../shared/contract/tapes.ts';
import { EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { RECLAIM_BELOW, type ReclaimObstacle } from '../../../shared/model/reclaim.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatSize, wholeNumber } from '../sizes.ts';
import { confirm } from '../terminal/prompt.ts';
import { table } from '../terminal/table.ts';
import { warningLines } from '../warnings.ts';

interface ReclaimOptions {
  readonly below?: number;
  readonly tape?: readonly string[];
  readonly dryRun?: boolean;
}
type Plan = OutputOf<'tape.reclaimPlan'>;

/** The command that moves what is kept away from tapes that are nearly empty. */
export const addTapeReclaimCommand = (tape: Command, run: Run): void => {
  tape
    .command('reclaim <dir>')
    .description('move what is kept of nearly empty tapes to others, and label them anew')
    .addHelpText(
      'after',
      '\nEvery chunk is read back from its new tape before the old one is let go of. It can be cancelled or killed at any\ntime: nothing is lost by it, and the next run goes on.',
    )
    .addHelpText(
      'after',
      examples(
        'tape reclaim /srv/vault --dry-run',
        'tape reclaim /srv/vault --below 50',
        'tape reclaim /srv/vault --tape CF0003',
      ),
    )
    .option(
      '--below <percent>',
      `tapes of which less is kept (default: ${RECLAIM_BELOW}; with --tape whatever is)`,
      wholeNumber(1, 100),
    )
    .option('--tape <tape...>', 'these tapes alone')
    .option('--dry-run', 'say what would be done, and why each other tape stays; changes nothing')
    .action((dir: string, { below, tape: tapes, dryRun = false }: ReclaimOptions, command: Command) =>
      run(command, async (session) => {
        const vault = session.place(dir);
        const share = below === undefined ? {} : { below };
        const plan = await session.call('tape.reclaimPlan', {
          vault,
          ...share,
          ...(tapes === undefined ? {} : { tapes: [...tapes] }),
        });
        const going = plan.tapes.filter(({ reclaim }) => reclaim).map((each) => each.tape);
        if (dryRun) {
          session.answer(plan, () => planText(plan));
          return 0;
        }
        if (going.length > 0) await consent(session, plan);
        // Those that were named are told about even when none of them can go.
        const named = tapes === undefined ? going : plan.tapes.map((each) => each.tape);
        const agreed = { vault, tapes: named, ...(plan.below === null ? {} : { below: plan.below }) };
        const result = await session.call('tape.reclaim', agreed);
        session.answer(result, () => resultText(result));
        return result.warnings.length > 0 || result.left.length > 0 ? EXIT_WARNINGS : 0;
      }),
    );
};

const WHY: Readonly<Record<ReclaimObstacle, string>> = {
  above: 'more of it is kept',
  empty: 'nothing was written to it',
  free: 'everything on it expired: it is labelled anew when a tape is wanted',
  missing: 'it is not in its place',
  damaged: 'it is damaged',
  retired: 'it is retired',
  protected: 'it is write-protected',
  vaulted: 'it is in pool vaulted, to be taken away',
  copy: 'it is a copy of another tape',
  'in-use': 'a job uses it',
  served: 'a set on it is served as a disk',
  unreadable: 'it cannot be looked at',
  unlisted: 'it may hold something that this home does not know',
  'damaged-chunks': 'something on it is whole nowhere',
  'no-room': 'no other tape has room for what is kept of it: label a tape first',
};

const shareOf = ({ bytesLive, bytesWritten }: Pick<ReclaimOfTape, 'bytesLive' | 'bytesWritten'>): string =>
  bytesWritten === 0 ? '' : `${Math.floor((bytesLive * 100) / bytesWritten)} %`;

const why = (obstacle: ReclaimObstacle, detail: string): string =>
  `${WHY[obstacle]}${detail === '' ? '' : `. ${detail}`}`;

const whatOf = ({ obstacle, detail, chunksMoving, bytesMoving, onto }: ReclaimOfTape): string => {
  if (obstacle !== null) return `stays: ${why(obstacle, detail)}`;
  if (chunksMoving === 0) return 'is labelled anew: all that is kept of it lies elsewhere, too';
  return `${counted(chunksMoving, 'chunk')} (${formatSize(bytesMoving)}) to ${onto.map(({ barcode }) => barcode).join(', ')}, then it is labelled anew`;
};

const planText = (plan: Plan): string =>
  [
    table(plan.tapes, [
      { title: 'TAPE', of: ({ barcode }) => barcode },
      { title: 'KEPT', align: 'right', of: ({ bytesLive }) => formatSize(bytesLive) },
      { title: 'OF', align: 'right', of: ({ bytesWritten }) => formatSize(bytesWritten) },
      { title: 'SHARE', align: 'right', of: shareOf },
      { title: 'WHAT', flexible: true, of: whatOf },
    ]),
    plan.frees === 0
      ? 'No tape can be reclaimed.'
      : `${counted(plan.frees, 'tape')} would be free; ${counted(plan.chunksMoving, 'chunk')} (${formatSize(plan.bytesMoving)}) would move.`,
  ].join('\n');

const resultText = ({ freed, chunksMoved, bytesMoved, left, warnings }: OutputOf<'tape.reclaim'>): string =>
  [
    freed.length === 0
      ? 'No tape was reclaimed.'
      : `${counted(freed.length, 'tape')} labelled anew: ${freed.map(({ barcode }) => barcode).join(', ')}.`,
    ...(chunksMoved === 0
      ? []
      : [`${counted(chunksMoved, 'chunk')} (${formatSize(bytesMoved)}) moved, and read back.`]),
    ...left.map(({ barcode, obstacle, detail }) => `Tape ${barcode} stays: ${why(obstacle, detail)}`),
    ...warningLines(warnings),
  ].join('\n');

/** Whoever says yes agrees to these tapes being labelled anew, once all that is kept of them lies elsewhere. */
const consent = async (session: Session, plan: Plan): Promise<void> => {
  if (session.options.yes) return;
  const going = plan.tapes.filter(({ reclaim }) => reclaim).map(({ barcode }) => barcode);
  if (session.interactive) {
    session.note(planText(plan));
    if (await confirm('Go on?')) return;
    throw new ColdframeError('CANCELLED', { message: 'Nothing was changed.', guidance: 'Answer y, or give --yes.' });
  }
  if (!session.options.json) session.note(planText(plan));
  throw new ColdframeError('TAPE_NEEDED', {
    message: `${counted(going.length, 'tape')} (${going.join(', ')}) would be labelled anew, and nobody agreed to that. Nothing was changed.`,
    guidance: 'Look at what would move with --dry-run, then give --yes to agree.',
    context: { tapes: going.join(' ') },
  });
};
