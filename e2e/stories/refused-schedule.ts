import { rmSync } from 'node:fs';
import { goTo, type StoryStage } from './story-stage.ts';

/**
 * Protects a folder in a new sealed vault, to be backed up by itself. The file with its passphrase is refused until it holds that; it goes while the
 * recovery code is put away, and so the schedule is refused until it is back.
 */
export const protectWithFile = async (
  stage: StoryStage,
  { folder, name, passphrase }: Readonly<Record<'folder' | 'name' | 'passphrase', string>>,
): Promise<void> => {
  const { page } = stage;
  const main = page.getByRole('main');
  const next = () => main.getByRole('button', { name: /^Next/ }).click();
  await goTo(stage, 'Protect');
  await main.getByLabel('Path of a folder').fill(folder);
  await main.getByLabel('Path of a folder').press('Enter');
  await main.getByRole('button', { name: `Do not protect ${folder}` }).waitFor();
  await next();
  await next();
  await main.getByLabel('Name', { exact: true }).fill(name);
  await main.getByText('A new vault', { exact: true }).click();
  await main.getByRole('textbox', { name: 'Folder of the new vault' }).fill(stage.at('second'));
  for (const label of ['Passphrase', 'The same again']) await main.getByLabel(label, { exact: true }).fill(passphrase);
  await next();
  await main.getByText('Every day', { exact: true }).click();
  const file = main.getByLabel('File with the passphrase');
  await file.fill(stage.at('no-such-file'));
  await next();
  await main.getByText(/^The passphrase in .*no-such-file cannot be used/).waitFor();
  const wrong = stage.write('wrong', 'another one');
  await file.fill(wrong);
  await next();
  await main.getByText(/is not the passphrase that was typed for the new vault/).waitFor();
  const right = stage.write('right', passphrase);
  await file.fill(right);
  await next();
  await main.getByText(right, { exact: true }).waitFor();
  await main.getByRole('button', { name: 'Only protect it' }).click();
  const code = page.getByRole('alertdialog');
  await code.getByText('I have put it away').click();
  rmSync(right);
  await code.getByRole('button', { name: 'Go on', exact: true }).click();
  await main.getByRole('heading', { name: `${name} is protected, and has no schedule` }).waitFor();
  await main.getByText(/^The passphrase in .* cannot be used/).waitFor();
  stage.write('right', passphrase);
  await main.getByRole('button', { name: 'Try the schedule again' }).click();
  await page.getByText(`${name} is protected. It is backed up at its times.`).waitFor();
};
