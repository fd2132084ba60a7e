import type { Page } from 'playwright-core';

/** Where a story is played: a page in a browser, or in the window of the program, with a console behind it and a person's folder. */
export interface StoryStage {
  readonly page: Page;
  at(...names: string[]): string;
  write(name: string, content: string | Buffer): string;
  /** Carries out a command at the home and answers its JSON document. */
  answer<T>(...args: string[]): Promise<T>;
}

/** Goes to a screen by the rail, as a person does. */
export const goTo = async ({ page }: StoryStage, station: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Stations' }).getByRole('link', { name: station }).click();
};

/** Goes to what can be restored of an object, by its address. */
export const goToObject = async ({ page }: StoryStage, object: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Stations' }).waitFor();
  await page.goto(`${page.url().replace(/#.*/, '')}#/restore/${encodeURIComponent(object)}`);
};

/** Waits until the job that is looked at is done. */
export const done = async ({ page }: StoryStage): Promise<void> => {
  await page.waitForURL(/#\/jobs\//);
  await page.locator('main header').getByText('Done', { exact: true }).waitFor();
};
