import { beforeEach } from 'vitest';
import { Stage, type StageOptions } from './stage.ts';

/** A stage for the tests of a suite: whichever of them fails says what the page said. */
export const stageForSuite = (options: StageOptions = {}): Stage => {
  const stage = new Stage(options);
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async ({ task }) => {
      const said = await stage.said().catch(() => null);
      for (const error of said === null ? [] : (task.result?.errors?.slice(0, 1) ?? []))
        error.message += `\nThe page said:\n${said}`;
    });
  });
  return stage;
};
