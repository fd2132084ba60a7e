import type { RobotMoveView, RobotWantedView } from '../../shared/contract/robot.ts';
import { JOB_KIND_WORDS } from '../../shared/model/job-kind-words.ts';
import { format } from './format.ts';

type User = RobotMoveView['for'][number];

const user = ({ kind, object }: User): string => {
  const known: Readonly<Record<string, string>> = JOB_KIND_WORDS;
  return `${known[kind] ?? kind}${object === null ? '' : `, ${object}`}`;
};

const what = ({ barcode }: RobotWantedView): string =>
  barcode === null ? 'a look at all slots' : barcode === '' ? 'what lies in a drive' : barcode;

const whom = ({ elsewhere, for: users }: RobotWantedView): string =>
  elsewhere ? ' for another vault' : users.length === 0 ? '' : ` for ${users.map(user).join('; ')}`;

/** Texts about the robot of a library. */
export const robotWords = {
  queue: 'The robot, and what waits for it',
  wanted: (wanted: RobotWantedView, moving: boolean, now: number): string =>
    `${moving ? 'Moves' : 'Waits'}: ${what(wanted)}${whom(wanted)}, asked ${format.age(wanted.since, now)}`,
  busy: (moving: RobotWantedView, waiting: number): string =>
    `robot moves ${what(moving)}${waiting === 0 ? '' : `, ${format.count(waiting)} waiting`}`,
  history: 'What the robot moved',
  nothingYet: 'Nothing yet, as far as its log goes back.',
  earlier: (count: number): string => `${format.count(count)} earlier: coldframe library log`,
  at: 'When',
  tape: 'Tape',
  from: 'From',
  to: 'To',
  wantedBy: 'For',
  outcome: 'Outcome',
  noBarcode: 'no barcode',
  user,
  outcomes: { done: 'done', failed: 'failed', unknown: 'unknown', moving: 'under way' } as Readonly<
    Record<RobotMoveView['outcome'], string>
  >,
} as const;
