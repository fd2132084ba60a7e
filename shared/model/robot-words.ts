import type { RobotMoveView, RobotPlaceView, RobotWantedView } from '../contract/robot.ts';

/** A place as it is named wherever moves are told. */
export const robotPlaceText = ({ kind, number }: RobotPlaceView): string => {
  if (kind === 'rack') return 'the rack';
  if (kind === 'robot') return 'the robot';
  if (kind === 'import-export') return number === 0 ? 'an import/export slot' : `import/export slot ${number}`;
  return `${kind} ${number}`;
};

/** For which jobs a tape is moved; empty when it is nobody's. */
export const robotUsersText = (users: RobotMoveView['for']): string =>
  users
    .map(({ job, kind, object }) => `${kind}${object === null ? '' : ` of ${object}`} (job ${job.slice(0, 8)})`)
    .join(', ');

/** What is wanted of a robot, and for whom. */
export const robotWantedText = ({ barcode, for: users, elsewhere }: RobotWantedView): string => {
  const what = barcode === null ? 'a look at its elements' : barcode === '' ? 'what is in a drive' : barcode;
  const whom = elsewhere ? 'another vault' : robotUsersText(users);
  return whom === '' ? what : `${what}, for ${whom}`;
};
