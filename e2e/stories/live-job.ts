import { goToObject, type StoryStage } from './story-stage.ts';

/** Pauses the first backup of an object, which is looked at, lets it go on, and cancels it once it was said what that means. */
export const pauseAndCancel = async (stage: StoryStage, object: string): Promise<void> => {
  const { page } = stage;
  const state = (name: string) => page.locator('main header').getByText(name, { exact: true });
  const press = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true }).click();
  await press('Pause');
  await state('Paused').waitFor();
  await press('Go on');
  await state('Running').waitFor();
  await press('Pause');
  await state('Paused').waitFor();
  await press('Cancel');
  const consent = page.getByRole('alertdialog');
  await consent.getByText(/is not completed and cannot be restored from/).waitFor();
  await consent.getByRole('button', { name: 'Cancel the job' }).click();
  await state('Cancelled').waitFor();
  await goToObject(stage, object);
  await page.getByText('This object has no backup yet.').waitFor();
};
