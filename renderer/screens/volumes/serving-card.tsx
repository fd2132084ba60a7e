import { Unplug } from 'lucide-react';
import { useState } from 'react';
import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { EmptyState } from '../../components/notices.tsx';
import { NO_RATE, type Rate, rateKey } from '../../stores/rates.ts';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { Attach } from './attach.tsx';
import { placeWords } from './place-words.ts';
import { StopConsent } from './stop-consent.tsx';
import styles from './volumes.module.css';

interface ServingCardProps {
  readonly volume: VolumeView;
  readonly volumes: readonly VolumeView[];
  readonly rates: ReadonlyMap<string, Rate>;
  readonly serve: () => void;
}

/** Where a volume and its frozen images are served, to whom, how fast, and how to attach them. */
export const ServingCard = ({ volume, volumes, rates, serve }: ServingCardProps) => {
  const [stopping, setStopping] = useState<string | null>(null);
  const { exports } = volume;
  const stops = new Map(exports.map((one) => [one.server, rateKey(one)] as const).toReversed());
  return (
    <Card title={words.serving}>
      {exports.length === 0 ? (
        <EmptyState
          icon={Unplug}
          title={words.notServedYet}
          action={
            <Button look="primary" isDisabled={volume.state === 'missing'} onPress={serve}>
              {words.serve}
            </Button>
          }
        >
          {words.notServedAbout}
        </EmptyState>
      ) : (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.servedAs}</th>
                <th scope="col">{words.place}</th>
                <th scope="col" className="num">
                  {words.clientsHead}
                </th>
                <th scope="col" className="num">
                  {words.readRate}
                </th>
                <th scope="col" className="num">
                  {words.writeRate}
                </th>
                <th scope="col" className="num">
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
                      <span className="num">{one.export}</span>{' '}
                      {one.readOnly && <Pill tone="none">{words.readOnly}</Pill>}
                    </td>
                    <td className={styles.place}>{placeWords(one.uri)}</td>
                    <td className="num">{format.count(one.clients)}</td>
                    <td className="num">{format.rate(read)}</td>
                    <td className="num">{one.readOnly ? '' : format.rate(written)}</td>
                    <td className="num">
                      {words.movedOf(format.bytes(one.bytesRead), format.bytes(one.bytesWritten))}
                    </td>
                    <td>
                      {stops.get(one.server) === rateKey(one) && (
                        <div className={styles.acts}>
                          <Button
                            aria-label={words.stopOne(placeWords(one.uri))}
                            onPress={() => setStopping(one.server)}
                          >
                            {words.stop}
                          </Button>
                        </div>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <Attach exports={exports} />
        </>
      )}
      {stopping && <StopConsent server={stopping} volumes={volumes} close={() => setStopping(null)} />}
    </Card>
  );
};
