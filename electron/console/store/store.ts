import type { ColdframeError } from '../../../shared/errors.ts';
import { type ActivityTable, activityTable } from './activity-table.ts';
import { atOnce } from './at-once.ts';
import { type AuditTable, auditTable } from './audit-table.ts';
import { type CheckTable, checkTable } from './check-table.ts';
import { openDatabase } from './database.ts';
import { type JobTable, jobTable } from './job-table.ts';
import { type NoticeTable, noticeTable } from './notice-table.ts';
import { type ObjectTable, objectTable } from './object-table.ts';
import { type PictureTable, pictureTable } from './picture-table.ts';
import { type RetentionTable, retentionTable } from './retention-table.ts';
import { type ScheduleTable, scheduleTable } from './schedule-table.ts';
import { type SettingsTable, settingsTable } from './settings-table.ts';
import { type VaultTable, vaultTable } from './vault-table.ts';

/** The console's own records, one database per home. */
export interface Store {
  readonly vaults: VaultTable;
  readonly objects: ObjectTable;
  readonly jobs: JobTable;
  readonly settings: SettingsTable;
  readonly activity: ActivityTable;
  readonly audit: AuditTable;
  readonly checks: CheckTable;
  readonly pictures: PictureTable;
  readonly schedules: ScheduleTable;
  readonly retention: RetentionTable;
  readonly notices: NoticeTable;
  /** Does all of some work on these records or, when it throws, nothing of it. */
  atOnce<Result>(work: () => Result): Result;
  /** Throws HOME_DATABASE_MISSING once the file was moved, deleted or replaced: then nothing is written any more, and all can be read. */
  readonly demandInPlace: () => void;
  /** HOME_DATABASE_DAMAGED once anything met that in this process; null before. */
  readonly damage: () => ColdframeError | null;
  close(): void;
}

/** Opens the store of a home that this process owns. */
export const openStore = (file: string): Store => {
  const { database, demandInPlace, damage } = openDatabase(file);
  return {
    vaults: vaultTable(database),
    objects: objectTable(database),
    jobs: jobTable(database),
    settings: settingsTable(database),
    activity: activityTable(database),
    audit: auditTable(database),
    checks: checkTable(database),
    pictures: pictureTable(database),
    schedules: scheduleTable(database),
    retention: retentionTable(database),
    notices: noticeTable(database),
    atOnce: (work) => atOnce(database, work),
    demandInPlace,
    damage,
    close: () => database.close(),
  };
};
