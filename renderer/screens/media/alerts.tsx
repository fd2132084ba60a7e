import type { ReactNode } from 'react';
import type { MountRequest } from '../../../shared/contract/mounts.ts';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card } from '../../components/layout.tsx';
import { Notice } from '../../components/notices.tsx';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { mediaWords as words } from '../../words/media.ts';
import styles from './library.module.css';
import type { LibraryAlert } from './library-alerts.ts';

interface AlertsProps {
  readonly requests: readonly MountRequest[];
  readonly tapes: readonly TapeView[];
  readonly alerts: readonly LibraryAlert[];
  /** What waits besides, and how many of it. */
  readonly others: number;
  readonly children: ReactNode;
  /** Whether an inventory was taken, so that it is known that there is nothing else. */
  readonly looked: boolean;
  readonly importFile: () => void;
  readonly inventory: () => Promise<void>;
  readonly pick: (tape: string) => void;
  readonly takeIn: (tape: TapeView) => Promise<void>;
  readonly verify: () => Promise<void>;
  readonly endWaiting: (job: string) => Promise<void>;
}

const SHOWN = 20;

const HARM: ReadonlySet<string> = new Set(['damaged', 'damagedChunks']);

/** Where the tapes of a request are now: somebody may have laid one into the import/export slot since it was made. */
const placedNow = (request: MountRequest, tapes: readonly TapeView[]): MountRequest => ({
  ...request,
  tapes: request.tapes.map((wanted) => ({
    ...wanted,
    importExport: tapes.find(({ id }) => id === wanted.tape)?.importExport ?? null,
  })),
});

const lyingOutside = ({ tapes: wanted }: MountRequest, tapes: readonly TapeView[]): readonly TapeView[] =>
  tapes.filter(({ id, importExport }) => importExport !== null && wanted.some(({ tape }) => tape === id));

/** What of the library waits for a person, and what there is to do about it. */
export const Alerts = ({
  requests,
  tapes,
  alerts,
  others,
  children,
  looked,
  importFile,
  inventory,
  pick,
  takeIn,
  verify,
  endWaiting,
}: AlertsProps) => (
  <Card
    title={words.waiting}
    aside={alerts.length + requests.length + others > 0 ? words.alerts(alerts.length + requests.length + others) : null}
  >
    <div className={styles.alerts}>
      {requests.map((request) => (
        <Notice
          key={request.job}
          title={words.mountTitle(request.tapes.map(({ barcode }) => barcode))}
          tone="warn"
          actions={
            <>
              {lyingOutside(request, tapes).map((tape) => (
                <Button key={tape.id} onPress={() => takeIn(tape)}>
                  {words.takeInTape(tape.barcode)}
                </Button>
              ))}
              {lyingOutside(request, tapes).length < request.tapes.length && (
                <Button onPress={importFile}>{words.importIts}</Button>
              )}
              <ButtonLink to={href('jobs', request.job)}>{words.showJob}</ButtonLink>
              <Button look="ghost" onPress={() => endWaiting(request.job)}>
                {words.endWaiting}
              </Button>
            </>
          }
        >
          {words.mountAbout(request, format.age(request.since, Date.now()), lyingOutside(request, tapes).length)}
          <ul className={styles.wanted}>
            {placedNow(request, tapes).tapes.map((tape) => (
              <li key={tape.tape}>{words.wantedTape(tape)}</li>
            ))}
          </ul>
        </Notice>
      ))}
      {children}
      {alerts.length + requests.length + others === 0 && (
        <span className="quiet">{looked ? words.inOrder : words.nothingKnown}</span>
      )}
      {alerts.slice(0, SHOWN).map(({ barcode, kind, note, tape, holders, holdersAway }) => (
        <Notice
          key={`${barcode} ${kind}`}
          title={words.alertTitle(barcode, kind)}
          tone={HARM.has(kind) ? 'bad' : 'warn'}
          actions={
            <>
              {(kind === 'missing' || kind === 'foreign') && <Button onPress={importFile}>{words.importIts}</Button>}
              {kind === 'outside' && tape && <Button onPress={() => takeIn(tape)}>{words.takeIn}</Button>}
              {kind === 'damagedChunks' && <Button onPress={verify}>{words.verifyAgain}</Button>}
              {!HARM.has(kind) && kind !== 'outside' && <Button onPress={inventory}>{words.lookAgain}</Button>}
              {tape && (
                <Button look="ghost" onPress={() => pick(tape.id)}>
                  {words.showTape(tape.barcode)}
                </Button>
              )}
            </>
          }
        >
          {kind === 'missing' && tape && `${words.lastPlace(tape)} `}
          {kind === 'damagedChunks' && tape && words.damagedFound(tape.damagedChunks)}
          {tape && holders.length > 0 && ` ${words.wholeOn(holders)}`}
          {holdersAway.length > 0 && ` ${words.wholeAway(holdersAway)}`}
          {kind !== 'outside' && note} {words.alertAdvice(kind)}
        </Notice>
      ))}
      {alerts.length > SHOWN && <span className="quiet">{words.moreAlerts(alerts.length - SHOWN)}</span>}
    </div>
  </Card>
);
