import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { DEFAULT_SETTINGS } from '../../../shared/contract/default-settings.ts';
import type { ObjectSettings, Settings } from '../../../shared/contract/settings.ts';
import { atOnce } from './at-once.ts';

/** What to change: a value, or null for the default. */
export type SettingsChange = { readonly [Name in keyof Settings]?: Settings[Name] | null | undefined };

export interface SettingsTable {
  read(): Settings;
  change(change: SettingsChange): void;
  /** What was chosen for an object, by its id. */
  own(object: string): Partial<ObjectSettings>;
  /** What holds for it. */
  of(object: string): ObjectSettings;
  changeOf(object: string, change: SettingsChange): void;
}

/** Which of all settings may be chosen for one object, too. */
export const objectPart = ({ overdueAfterHours, limits, verifyAfterBackup }: ObjectSettings): ObjectSettings => ({
  overdueAfterHours,
  limits,
  verifyAfterBackup,
});

/** The settings of this home: those that were chosen; the others follow the defaults of whatever version runs. */
export const settingsTable = (database: DatabaseSync): SettingsTable => {
  const read = (): Settings => ({
    ...DEFAULT_SETTINGS,
    ...valuesIn(database.prepare('SELECT name, value FROM settings').all(), DEFAULT_SETTINGS),
  });
  const own = (object: string): Partial<ObjectSettings> =>
    valuesIn(
      database.prepare('SELECT name, value FROM object_settings WHERE object = ?').all(object),
      objectPart(DEFAULT_SETTINGS),
    );
  const write = (change: SettingsChange, put: (name: string, value: string | null) => void): void => {
    atOnce(database, () => {
      for (const [name, value] of Object.entries(change))
        if (value !== undefined) put(name, value === null ? null : JSON.stringify(value));
    });
  };
  return {
    read,
    change: (change) =>
      write(change, (name, value) => {
        if (value === null) database.prepare('DELETE FROM settings WHERE name = ?').run(name);
        else database.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)').run(name, value);
      }),
    own,
    of: (object) => ({ ...objectPart(read()), ...own(object) }),
    changeOf: (object, change) =>
      write(change, (name, value) => {
        if (value === null)
          database.prepare('DELETE FROM object_settings WHERE object = ? AND name = ?').run(object, name);
        else
          database
            .prepare('INSERT OR REPLACE INTO object_settings (object, name, value) VALUES (?, ?, ?)')
            .run(object, name, value);
      }),
  };
};

/** Those that this version knows. */
const valuesIn = <Known extends object>(
  rows: readonly Record<string, SQLOutputValue>[],
  known: Known,
): Partial<Known> =>
  Object.fromEntries(
    rows
      .filter(({ name }) => Object.hasOwn(known, String(name)))
      .map(({ name, value }) => [name, JSON.parse(String(value))]),
  ) as Partial<Known>;
