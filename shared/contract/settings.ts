import * as z from 'zod';
import { LEAST_RATE } from '../model/limit-rules.ts';
import { WEEKDAYS } from './choices.ts';
import { command, query } from './procedure.ts';
import { name, time, timeOfDay } from './values.ts';

/** Bytes per second. */
const rate = z.number().int().min(LEAST_RATE).max(1e12);

/** How much may move in certain hours. The first rule of a list that holds is the one that counts; where none does there is no limit. */
export const limitRule = z.strictObject({
  /** Days on which its hours begin, by the clock of the machine; none: every day. */
  days: z.array(z.enum(WEEKDAYS)).max(7),
  /** The hours of the day; over midnight when `to` is the earlier, all day when both are the same. */
  from: timeOfDay,
  to: timeOfDay,
  /** Bytes per second that are read of what is protected; null: no limit. */
  source: rate.nullable(),
  /** Bytes per second that go to tapes or come from them, but for restores; null: no limit. */
  vault: rate.nullable(),
});
export type LimitRule = z.infer<typeof limitRule>;

/** What may be chosen for one object, too: what is not is as for all. */
export const objectSettings = z.strictObject({
  /** How old the last good set of an object may be before it is overdue. */
  overdueAfterHours: z.number().int().min(1).max(87_600),
  limits: z.array(limitRule).max(50),
  /** After each backup all that it wrote is read back and compared. */
  verifyAfterBackup: z.boolean(),
});
export type ObjectSettings = z.infer<typeof objectSettings>;

/** What a person may choose for this home; every one has a default. */
export const settings = objectSettings.extend({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  /** Which notices for the desktop the system shows where nobody looks at the window or page; the others wait in it. */
  notify: z.enum(['all', 'problems', 'nothing']),
  /** Closing the window leaves the console running in the tray, where there is one. */
  closeToTray: z.boolean(),
  /** Pictures of finished jobs that are kept. */
  picturesKept: z.number().int().min(0).max(10_000),
  /** How many backups schedules may have running on one vault. */
  runsPerVault: z.number().int().min(1).max(64),
  /** How many of them for each of its drives, whose tapes they share. */
  runsPerDrive: z.number().int().min(1).max(64),
  /** The icon in the tray of the desktop: in colour, or in one that suits the panel. */
  trayIcon: z.enum(['colour', 'plain']),
});
export type Settings = z.infer<typeof settings>;

/** What may move now; null: as fast as it goes. `until`: when that changes; null: not within a week. */
const limitNow = z.object({ source: rate.nullable(), vault: rate.nullable(), until: time.nullable() });
export type LimitNow = z.infer<typeof limitNow>;

const answer = z.object({ settings, defaults: settings, limitNow });

const ofObject = z.object({
  object: z.string(),
  /** Those that were chosen for it. */
  own: objectSettings.partial(),
  /** What holds where none was. */
  inherited: objectSettings,
  /** What holds for it. */
  settings: objectSettings,
  limitNow,
});

export const settingsProcedures = {
  'settings.get': query(z.strictObject({}), answer),
  /** Changes those that are given; null puts one back to its default. */
  'settings.set': command(
    z.strictObject({
      overdueAfterHours: settings.shape.overdueAfterHours.nullable().optional(),
      theme: settings.shape.theme.nullable().optional(),
      density: settings.shape.density.nullable().optional(),
      notify: settings.shape.notify.nullable().optional(),
      closeToTray: settings.shape.closeToTray.nullable().optional(),
      picturesKept: settings.shape.picturesKept.nullable().optional(),
      limits: settings.shape.limits.nullable().optional(),
      verifyAfterBackup: settings.shape.verifyAfterBackup.nullable().optional(),
      runsPerVault: settings.shape.runsPerVault.nullable().optional(),
      runsPerDrive: settings.shape.runsPerDrive.nullable().optional(),
      trayIcon: settings.shape.trayIcon.nullable().optional(),
    }),
    answer,
  ),
  'settings.ofObject': query(z.strictObject({ object: name }), ofObject),
  /** Chooses for one object; null: as for all from then on. */
  'settings.setOfObject': command(
    z.strictObject({
      object: name,
      overdueAfterHours: objectSettings.shape.overdueAfterHours.nullable().optional(),
      limits: objectSettings.shape.limits.nullable().optional(),
      verifyAfterBackup: objectSettings.shape.verifyAfterBackup.nullable().optional(),
    }),
    ofObject,
  ),
};
