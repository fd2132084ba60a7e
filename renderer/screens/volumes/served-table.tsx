import { useState } from 'react';
import type { ExportFailure, ExportView } from '../../../shared/contract/volumes.ts';
import { Button } from '../../components/button.tsx';
import { Acts } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { Notice } from '../../components/notices.tsx';
import { NO_RATE, type Rate, rateKey } from '../../stores/rates.ts';
import { format } from '../../words/format.ts';
import { servingWords as words } from '../../words/serving.ts';
import { Attach } from './attach.tsx';
import { placeWords } from './place-words.ts';
import { StopConsent } from './stop-consent.tsx';
import styles from './volumes.module.css';

export type ShownExport = ExportView & { readonly failures?: readonly ExportFailure[] };

/** What clients were refused, and heard of as an error alone. */
const Failures = ({ exports }: { exports: readonly ShownExport[] }) =>
  exports.map((one) =>
    one.failures === undefined || one.failures.length === 0 ? null : (
      <Notice key={rateKey(one)} title={words.failed(one.export)} tone="bad">
        {one.failures.map(({ message, guidance }) => (
          <p key={message}>
            {message} {guidance}
          </p>
        ))}
      </Notice>
    ),
  );

interface ServedTableProps {
  /** At least one. */
  readonly exports: readonly ShownExport[];
  readonly rates: ReadonlyMap<string, Rate>;
}

/** What is served, where, to how many, how fast, with a way to end it and lines to attach it. */
export const ServedTable = ({ exports, rates }: ServedTableProps) => {
  const [stopping, setStopping] = useState<string | null>(null);
  // A server that serves several is ended as a whole: the first of its lines has the button.
  const stops = new Map(exports.map((one) => [one.server, rateKey(one)] as const).toReversed());
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.export}</th>
            <th scope="col">{words.place}</th>
            <th scope="col" className="num">
              {words.clients}
            </th>
            <th scope="col" className="num">
              {words.reads}
            </th>
            <th scope="col" className="num">
              {words.writesHead}
            </th>
            <th scope="col" className={`num ${styles.wide}`}>
              {words.moved}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {exports.map((one) => {
            const { read, written } = rates.get(rateKey(one)) ?? NO_RATE;
            return (
              <tr key={rateKey(one)}>
                <td>
                  <span className={styles.named}>
                    <span className="num">{one.export}</span>
                    {one.readOnly && <Pill tone="none">{words.readOnly}</Pill>}
                    {one.overlay && (
                      <Pill tone={one.overlay === 'kept' ? 'none' : 'warn'}>{words.overlayKinds[one.overlay]}</Pill>
                    )}
                  </span>
                </td>
                <td className={styles.place}>{placeWords(one.uri)}</td>
                <td className="num">{format.count(one.clients)}</td>
                <td className="num">{format.rate(read)}</td>
                <td className="num">{one.readOnly ? '' : format.rate(written)}</td>
                <td className={`num ${styles.wide}`}>
                  {words.movedOf(format.bytes(one.bytesRead), format.bytes(one.bytesWritten))}
                </td>
                <td>
                  {stops.get(one.server) === rateKey(one) && (
                    <Acts>
                      <Button aria-label={words.stopOne(placeWords(one.uri))} onPress={() => setStopping(one.server)}>
                        {words.stop}
                      </Button>
                    </Acts>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Failures exports={exports} />
      <Attach exports={exports} />
      {stopping && <StopConsent server={stopping} close={() => setStopping(null)} />}
    </>
  );
};
