import { Copy, Download, Eraser, Lock, LockOpen, LogIn, LogOut, MapPin } from 'lucide-react';
import { useId, useState } from 'react';
import type { LibraryView, TapeView } from '../../../shared/contract/tapes.ts';
import { Button } from '../../components/button.tsx';
import { mediaWords as words } from '../../words/media.ts';
import styles from './library.module.css';
import { canMove, eject, load, protect, takeIn, unload } from './library-acts.ts';
import { type LossAct, LossConsent } from './loss-consent.tsx';
import { ShelfDialog } from './shelf-dialog.tsx';
import { CopyDialog, ExportDialog } from './transfer-dialogs.tsx';

/** Drives that have a button each; more are reached by a key, or by dragging. */
const DRIVE_BUTTONS = 4;

/** All that can be done with one tape. */
export const TapeActs = ({ tape, library }: { tape: TapeView; library: LibraryView }) => {
  const [asking, setAsking] = useState<'copy' | 'export' | 'shelf' | LossAct | null>(null);
  const { vault, drives } = library;
  const movable = canMove(tape, drives);
  const written = tape.state !== 'blank' && tape.state !== 'missing' && !tape.away;
  const close = () => setAsking(null);
  const reason = useId();
  const inUse = drives.some((drive) => drive.tape === tape.id && drive.inUse);
  const reasons = words.whyNot(
    tape,
    inUse,
    tape.drive === null ? drives.filter((drive) => drive.inUse).map(({ number }) => number) : [],
  );
  const why = reasons.length > 0 ? { 'aria-describedby': reason } : {};
  return (
    <>
      <div className={styles.acts} role="toolbar" aria-label={words.actsOn(tape.barcode)} {...why}>
        {tape.drive === null ? (
          drives.slice(0, DRIVE_BUTTONS).map(({ number, inUse }) => (
            <Button key={number} isDisabled={!movable || inUse} onPress={() => load(vault, tape, number)}>
              {words.loadInto(number)}
            </Button>
          ))
        ) : (
          <Button isDisabled={!movable} onPress={() => unload(vault, tape, tape.drive as number)}>
            {words.unload}
          </Button>
        )}
        {tape.importExport === null ? (
          <Button isDisabled={!movable || tape.state === 'blank'} onPress={() => eject(vault, tape)}>
            <LogOut aria-hidden /> {words.eject}
          </Button>
        ) : (
          <Button onPress={() => takeIn(vault, tape)}>
            <LogIn aria-hidden /> {words.takeIn}
          </Button>
        )}
        <Button isDisabled={!written} onPress={() => setAsking('copy')}>
          <Copy aria-hidden /> {words.copy}
        </Button>
        <Button isDisabled={!written} onPress={() => setAsking('export')}>
          <Download aria-hidden /> {words.export}
        </Button>
        <Button onPress={() => protect(vault, tape)}>
          {tape.writeProtected ? <LockOpen aria-hidden /> : <Lock aria-hidden />}{' '}
          {tape.writeProtected ? words.unprotect : words.protect}
        </Button>
        <Button isDisabled={tape.state === 'retired'} onPress={() => setAsking('retire')}>
          {words.retire}
        </Button>
        <Button look="danger" isDisabled={!written || tape.writeProtected} onPress={() => setAsking('erase')}>
          <Eraser aria-hidden /> {words.erase}
        </Button>
        {(tape.away || tape.importExport !== null) && (
          <Button onPress={() => setAsking('shelf')}>
            <MapPin aria-hidden /> {words.shelf}
          </Button>
        )}
        {asking === 'shelf' && <ShelfDialog tape={tape} vault={vault} close={close} />}
        {asking === 'copy' && <CopyDialog tape={tape} library={library} vault={vault} close={close} />}
        {asking === 'export' && <ExportDialog tape={tape} vault={vault} close={close} />}
        {tape.away && tape.importExport === null && (
          <Button look="danger" onPress={() => setAsking('forget')}>
            {words.forget}
          </Button>
        )}
        {(asking === 'erase' || asking === 'retire' || asking === 'forget') && (
          <LossConsent act={asking} tape={tape} vault={vault} close={close} />
        )}
      </div>
      {reasons.length > 0 && (
        <p id={reason} className={styles.why}>
          {reasons.join(' ')}
        </p>
      )}
    </>
  );
};
