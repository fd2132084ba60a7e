import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { chooseWhere, review, reviewIt, tick } from './restores.ts';
import { goTo, goToObject, type StoryStage } from './story-stage.ts';

interface TapeAway {
  readonly object: string;
  /** Of the tape, which is gone from slot 1 by now. */
  readonly barcode: string;
  /** What is restored, and to which folder; the first of the names is looked for there. */
  readonly names: readonly string[];
  readonly to: string;
  /** Puts the tape back while the restore waits for it. */
  readonly bringBack: () => Promise<void>;
  /** Looks at a screen of the story. */
  readonly look?: (name: string) => Promise<void>;
}

/** A tape that the last good backup needs is away: it is told where it was, and a restore waits for it and goes on once it is back. */
export const restoreOnceTapeIsBack = async (stage: StoryStage, story: TapeAway): Promise<void> => {
  const { page } = stage;
  const { object, barcode, names, to, bringBack, look } = story;
  const main = page.getByRole('main');
  await goTo(stage, 'Overview');
  await main.getByText(/^A tape of vault .* is not here$/).waitFor();
  await main
    .getByText(new RegExp(`^${barcode} \\(last in slot 1\\)\\. The last good backup of ${object} needs it`))
    .waitFor();
  await look?.('overview-away');
  await main.getByRole('link', { name: 'Show where it was' }).click();
  await main
    .getByRole('group', { name: 'Library' })
    .getByRole('button', { name: new RegExp(`^${barcode} .*wanted`) })
    .waitFor();
  await look?.('media-wanted');
  await goToObject(stage, object);
  await tick(stage, names);
  await chooseWhere(stage);
  await review(stage).getByRole('textbox', { name: 'Folder' }).fill(to);
  await look?.('restore-where');
  await reviewIt(stage);
  // Whether to wait is asked, and not decided for anybody.
  await review(stage).getByText(`While ${barcode} is not here`).waitFor();
  const now = review(stage).getByRole('button', { name: 'Restore now' });
  expect(await review(stage).getByRole('radio', { name: 'Restore the rest, then wait' }).isChecked()).toBe(true);
  expect(await now.isDisabled()).toBe(false);
  await look?.('restore-lacking');
  await now.click();
  await page.waitForURL(/#\/jobs\//);
  await main.getByText('Waiting for a tape', { exact: true }).waitFor();
  await main.getByText(`${barcode} is wanted`).waitFor();
  await look?.('job-waits');
  await main.getByRole('link', { name: 'Show it on Media' }).click();
  await main.getByText(`${barcode} is wanted`).waitFor();
  await main.getByText(new RegExp(`^${barcode}, slot 1, pool data, \\d+ chunks?`)).waitFor();
  await look?.('media-asked-for');
  await bringBack();
  await expect.poll(() => existsSync(`${to}/${names[0]}`), { timeout: 60_000 }).toBe(true);
  await goTo(stage, 'Media');
  await main.getByText(`${barcode} is wanted`).waitFor({ state: 'detached' });
};
