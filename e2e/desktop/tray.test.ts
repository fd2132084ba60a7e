import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { drawTrayIcon, pngOf, type TrayIconState } from '../../electron/desktop/tray/draw.ts';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { describeDesktop } from './testing/describe-desktop.ts';
import { DesktopStage } from './testing/desktop-stage.ts';

const STATES: readonly TrayIconState[] = [
  { kind: 'idle' },
  { kind: 'attention' },
  { kind: 'paused' },
  ...Array.from({ length: 9 }, (_, step) => ({ kind: 'running', step }) as const),
];

interface Seen {
  readonly labels: readonly string[];
  readonly icons: readonly string[];
  readonly popUps: readonly string[];
}

describeDesktop('the tray', () => {
  const stage = new DesktopStage();
  afterAll(() => stage.close());
  const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 30_000 });
  const visible = () => stage.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());

  /** Notes what the tray is given from now on; Electron itself cannot be asked for it. */
  const listen = async (): Promise<void> => {
    const icons = STATES.map((state) => [
      state.kind === 'running' ? `running ${state.step}` : state.kind,
      pngOf(drawTrayIcon(state, 22, 'colour', 1), 22).toString('base64'),
    ]);
    await stage.app.evaluate(({ Notification, Tray, nativeImage }, known) => {
      const pixels = (image: Electron.NativeImage) => image.toBitmap({ scaleFactor: 1 }).toString('base64');
      const named = new Map(
        known.map(([name, png]) => [pixels(nativeImage.createFromBuffer(Buffer.from(png ?? '', 'base64'))), name]),
      );
      const seen = {
        menu: null as Electron.Menu | null,
        icons: [] as string[],
        scales: [] as number[][],
        popUps: [] as string[],
      };
      Object.assign(globalThis, { seen });
      // Whether anything here shows what the system is asked to show does not matter.
      Notification.isSupported = () => true;
      Notification.prototype.show = function () {
        seen.popUps.push(this.title);
      };
      const setContextMenu = Reflect.get(Tray.prototype, 'setContextMenu') as (menu: Electron.Menu | null) => void;
      const setImage = Reflect.get(Tray.prototype, 'setImage') as (image: Electron.NativeImage | string) => void;
      Tray.prototype.setContextMenu = function (menu) {
        seen.menu = menu;
        setContextMenu.call(this, menu);
      };
      Tray.prototype.setImage = function (image) {
        seen.icons.push(named.get(pixels(image as Electron.NativeImage)) ?? 'unknown');
        seen.scales.push((image as Electron.NativeImage).getScaleFactors());
        setImage.call(this, image);
      };
    }, icons);
  };
  const seen = (): Promise<Seen & { scales: number[][] }> =>
    stage.app.evaluate(() => {
      const { menu, icons, scales, popUps } = (
        globalThis as unknown as {
          seen: { menu: Electron.Menu | null } & Omit<Seen & { scales: number[][] }, 'labels'>;
        }
      ).seen;
      const labels = (items: Electron.MenuItem[]): string[] =>
        items.flatMap(({ label, submenu }) => [label, ...labels(submenu?.items ?? [])]);
      return { labels: labels(menu?.items ?? []), icons, scales, popUps };
    });
  /** Chooses an entry of the tray's menu, as a desktop does that delivers no click on the icon. */
  const choose = (label: string): Promise<void> =>
    stage.app.evaluate((_, wanted) => {
      const { menu } = (globalThis as unknown as { seen: { menu: Electron.Menu } }).seen;
      const all = (items: Electron.MenuItem[]): Electron.MenuItem[] =>
        items.flatMap((item) => [item, ...all(item.submenu?.items ?? [])]);
      const entry = all(menu.items).find((each) => each.label === wanted);
      if (!entry) throw new Error(`The menu of the tray has no ${wanted}.`);
      entry.click();
    }, label);

  test('comes up without a window, and tells a scheduled job from its beginning to its end', async () => {
    stage.write('bin/gdbus', '#!/bin/sh\necho "(true,)"\n', 0o755);
    mkdirSync(stage.at('person/docs'), { recursive: true });
    writeFileSync(stage.at('person/docs/large'), randomBytes(48 << 20));
    await stage.serve();
    await stage.answer('vault', 'create', stage.at('vault'), '--codec', 'none');
    await stage.answer('object', 'add', 'docs', '--vault', stage.at('vault'), '--files', stage.at('person/docs'));
    // On a fast disk it is over before anybody could have seen that it runs.
    await stage.answer('limit', 'add', '--from', '00:00', '--to', '00:00', '--vault', '20MB');
    const nightly = ['schedule', 'add', 'docs', '--cron', '30 2 * * *'];
    const { schedule } = await stage.answer<OutputOf<'schedule.add'>>(...nightly);
    await stage.open({ hidden: true });
    await listen();
    await stage.answer('notice', 'add', 'screen', '--desktop');
    await stage.answer('notice', 'rule', 'screen', '--event', 'backup-done', '--send', 'now');
    await stage.answer('schedule', 'run', schedule.id);
    await eventually(async () => (await seen()).labels.join('\n')).toMatch(/docs: good, today/);
    await eventually(async () => (await seen()).popUps).toEqual(['Backup done: docs']);
    const { icons, labels, scales } = await seen();
    expect(icons).not.toContain('unknown');
    expect(icons.some((icon) => icon.startsWith('running'))).toBe(true);
    expect(icons.at(-1)).toBe('idle');
    expect(scales.every((each) => each.includes(1) && each.includes(2))).toBe(true);
    expect(labels[0]).toMatch(/^Nothing runs. Next: docs, /);
    expect(await visible()).toBe(false);
  });

  test('pauses all schedules from its menu, shows that they are, and lets them go on', async () => {
    const paused = async () => (await stage.answer<OutputOf<'schedule.list'>>('schedule', 'list')).pausedUntil;
    await choose('For an hour');
    await eventually(async () => (await seen()).icons.at(-1)).toBe('paused');
    expect(Date.parse((await paused()) ?? '')).toBeGreaterThan(Date.now() + 3_500_000);
    await choose('Let schedules go on');
    await eventually(async () => (await seen()).icons.at(-1)).toBe('idle');
    expect(await paused()).toBe(null);
  });

  test('a second start of the program shows the window that stayed hidden', async () => {
    expect(await visible()).toBe(false);
    const { executablePath, args, env } = await stage.command();
    const [status] = await once(spawn(executablePath, [...args, '--hidden'], { env, stdio: 'ignore' }), 'exit');
    expect(status).toBe(0);
    await eventually(visible).toBe(true);
  });

  test('backs up from its menu; leaving lets a job go on that is another console’s', async () => {
    // Long enough that nobody who looks at the menu misses it.
    const part = randomBytes(32 << 20);
    for (let times = 0; times < 4; times += 1) appendFileSync(stage.at('person/docs/more'), part);
    await choose('docs');
    await eventually(async () => (await seen()).labels.join('\n')).toMatch(/Backup of docs: /);
    expect((await seen()).labels).toContain('Quit');
    expect(await stage.ends(() => choose('Quit'))).toBe(0);
    await eventually(async () => (await stage.answer<OutputOf<'job.list'>>('job', 'list')).jobs[0]?.state).toBe('done');
  });
});
