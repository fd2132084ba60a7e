import { AsyncLocalStorage } from 'node:async_hooks';

/** A job that a tape is moved for. */
export interface RobotUser {
  readonly job: string;
  readonly kind: string;
  readonly object: string | null;
}

const users = new AsyncLocalStorage<readonly RobotUser[]>();

/** Does something for jobs: what the robot moves meanwhile is told to be for them. It decides nothing. */
export const forRobotUsers = <Result>(jobs: readonly RobotUser[], work: () => Result): Result => users.run(jobs, work);

/** The jobs for which something is done just now; none where a person asks, or a command. */
export const robotUsers = (): readonly RobotUser[] => users.getStore() ?? [];
