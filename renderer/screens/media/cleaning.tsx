import type { LibraryView } from '../../../shared/contract/tapes.ts';
import { Button } from '../../components/button.tsx';
import { Meter } from '../../components/marks.tsx';
import { Notice } from '../../components/notices.tsx';
import { cleaningWords as words } from '../../words/cleaning.ts';
import { clean, removeCleaningTape } from './cleaning-acts.ts';
import { type CleaningAlert, canClean } from './cleaning-alerts.ts';
import styles from './library.module.css';

/** What of drives and cleaning tapes waits for a person. */
export const CleaningNotices = ({ alerts, library }: { alerts: readonly CleaningAlert[]; library: LibraryView }) =>
  alerts.map((alert) =>
    alert.kind === 'drive' ? (
      <Notice
        key={alert.drive}
        title={words.driveTitle(alert.drive)}
        actions={
          <Button isDisabled={alert.inUse || !canClean(library)} onPress={() => clean(library.vault, alert.drive)}>
            {words.clean(alert.drive)}
          </Button>
        }
      >
        {words.driveAbout(alert.wanted, canClean(library))}
      </Notice>
    ) : (
      <Notice
        key={alert.barcode}
        title={words.usedUpTitle(alert.barcode)}
        actions={<Button onPress={() => removeCleaningTape(library.vault, alert.barcode)}>{words.remove}</Button>}
      >
        {words.usedUpAbout}
      </Notice>
    ),
  );

/** Drives that have a button each. */
const DRIVE_BUTTONS = 4;

/** The cleaning tapes of a library, and what they can be put into; nothing where there are none. */
export const CleaningTapes = ({ library }: { library: LibraryView }) => {
  const { tapes } = library.cleaning;
  if (tapes.length === 0) return null;
  return (
    <>
      <h3 className={styles.group}>{words.tapes}</h3>
      <div className={styles.slots}>
        {tapes.map(({ barcode, usesLeft, uses, drive, away }) => (
          <div key={barcode} className={styles.cleaning} data-tone={usesLeft === 0 ? 'warn' : undefined}>
            <span className="num">{barcode}</span>
            <Meter value={usesLeft} of={usesLeft + uses} label={words.usesLeft(usesLeft)} tone="set-2" />
            <span className={styles.state}>
              {drive === null ? (away ? words.away : words.usesLeft(usesLeft)) : words.inDrive(drive)}
            </span>
          </div>
        ))}
      </div>
      <div className={styles.acts}>
        {library.drives.slice(0, DRIVE_BUTTONS).map(({ number, inUse }) => (
          <Button key={number} isDisabled={inUse || !canClean(library)} onPress={() => clean(library.vault, number)}>
            {words.clean(number)}
          </Button>
        ))}
      </div>
    </>
  );
};
