import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { electronRuntime } from '../../scripts/lib/desktop.mjs';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { firstRun } from '../stories/first-run.ts';
import { expectFile, restoreOlderVersion } from '../stories/restores.ts';
import { describeDesktop } from './testing/describe-desktop.ts';
import { DesktopStage } from './testing/desktop-stage.ts';
import { hostingBuild } from './testing/hosting-build.ts';

const STAY = 2;
const STOP = 1;

describeDesktop('a window that holds its home by itself', () => {
  const stage = new DesktopStage();
  afterAll(() => stage.close());
  beforeAll(async () => {
    if (!electronRuntime()?.hosts) stage.program = await hostingBuild(stage.at('program'));
  });

  /** The question is the system's own dialog, which nothing here can press: answers are put in, and what it says is kept. */
  const answerQuestions = (answers: readonly number[]): Promise<void> =>
    stage.app.evaluate(({ dialog }, given) => {
      const asked: string[] = [];
      Object.assign(globalThis, { asked });
      dialog.showMessageBox = async (...words: unknown[]) => {
        asked.push((words.at(-1) as Electron.MessageBoxOptions).message);
        return { response: given[asked.length - 1] as number, checkboxChecked: false };
      };
    }, answers);
  const asked = () => stage.app.evaluate(() => (globalThis as { asked?: string[] }).asked);

  test('takes the home when the console beside it is killed', async () => {
    await stage.serve();
    const page = await stage.open();
    await page.getByText('Connected', { exact: true }).waitFor();
    await stage.killOwner();
    await page.getByText('Connected', { exact: true }).waitFor({ state: 'detached' });
    await page.getByText('Connected', { exact: true }).waitFor();
    const { command } = JSON.parse(readFileSync(stage.at('home/holder.json'), 'utf8')) as { command: string };
    expect(command).toBe('desktop');
  });

  test('asks its three questions, backs up, and gives a file back as it was before it was changed', async () => {
    const before = randomBytes(300_000);
    const notes = stage.write('person/Documents/notes.bin', before);
    await firstRun(stage, { folder: stage.at('person/Documents') });
    await restoreOlderVersion(stage, {
      object: 'Documents',
      file: 'notes.bin',
      change: () => writeFileSync(notes, 'gone'),
    });
    expectFile(stage.at('older/notes.bin'), before);
    await stage.picture('desktop-hosting-light', 'light');
  });

  test('asks when it is left during a job, stays when it is told to, and stops with what can be resumed', async () => {
    const content = randomBytes(64 << 20);
    const large = stage.at('person/Documents/large.bin');
    writeFileSync(large, content);
    await answerQuestions([STAY, STOP]);
    const blockers = await stage.app.evaluateHandle(({ powerSaveBlocker }) => {
      const ids: number[] = [];
      const start = powerSaveBlocker.start.bind(powerSaveBlocker);
      powerSaveBlocker.start = (kind) => {
        const id = start(kind);
        ids.push(id);
        return id;
      };
      return ids;
    });
    const blocked = () =>
      stage.app.evaluate(({ powerSaveBlocker }, ids) => ids.map((id) => powerSaveBlocker.isStarted(id)), blockers);
    await stage.choose('Overview');
    await stage.page.getByRole('button', { name: 'Back up Documents now' }).click();
    await stage.page.getByText('1 job runs').waitFor();
    await stage.choose('Quit Coldframe');
    await expect.poll(asked, { interval: 5 }).toEqual(['Quit Coldframe? A job is running in it.']);
    await expect.poll(blocked).toEqual([true]);
    // That it asks again says that the job went on meanwhile.
    const ended = once(stage.app.process(), 'exit');
    await stage.choose('Quit Coldframe');
    expect((await ended)[0]).toBe(0);
    const [stopped] = (await stage.answer<OutputOf<'job.list'>>('job', 'list')).jobs;
    expect(stopped).toMatchObject({ kind: 'backup', state: 'cancelled' });
    await stage.answer('job', 'resume', stopped?.id ?? '');
    await stage.answer('restore', 'Documents', '--to', stage.at('whole'));
    expectFile(stage.at('whole', large), content);
    expect(stage.complaints).toEqual([]);
  });
});
