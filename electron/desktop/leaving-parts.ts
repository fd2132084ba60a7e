import { setTimeout as sleep } from 'node:timers/promises';
import { app, dialog } from 'electron';
import type { ConsoleLink } from './console-link.ts';
import type { LeaveChoice, Leaving } from './leaving.ts';
import type { MainWindow } from './main-window.ts';
import type { TrayDesk } from './tray/desk.ts';
import { words } from './words.ts';

interface Surroundings {
  readonly link: ConsoleLink;
  readonly main: MainWindow;
  readonly tray: TrayDesk;
}

const ANSWER_MS = 1000;

/** The order of the buttons is that of the choices. */
const CHOICES: readonly LeaveChoice[] = ['wait', 'stop', 'stay'];

/** What leaving means for a window and the console behind it. */
export const leavingParts = ({ link, main, tray }: Surroundings): ConstructorParameters<typeof Leaving>[0] => ({
  jobsHere: async () => {
    const { own } = link;
    if (own === null) return 0;
    const { runningJobs } = await own.call('ping', {});
    return Math.max(runningJobs, link.waiting);
  },
  stopJobs: () => link.own?.cancelAll(),
  interruptJobs: () => {
    // First: what ends with the console is taken up again, and nothing else begins meanwhile.
    link.own?.keepSchedules(false);
    link.own?.interruptAll();
  },
  mayLeave: () => !main.asksBeforeLeaving || main.mayLoseCode(),
  ask: async (jobs) => {
    main.reveal();
    const { response } = await dialog.showMessageBox(main.window, {
      type: 'question',
      title: words.quit.title,
      message: `${words.quit.title} ${words.quit.about(jobs)}`,
      detail: words.quit.detail,
      buttons: [words.quit.wait, words.quit.stop, words.quit.stay],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    return CHOICES[response] ?? 'stay';
  },
  staysInTray: async () => {
    if (!(await tray.isSeen())) return false;
    const asked = link.console?.call('settings.get', {}).catch(() => null);
    // A console that does not answer is no reason to leave a window open.
    const answered = await Promise.race([asked, sleep(ANSWER_MS, null)]);
    return answered?.settings.closeToTray ?? true;
  },
  hide: () => main.window.hide(),
  end: async () => {
    main.remember();
    await link.close();
  },
  exit: () => app.quit(),
});
