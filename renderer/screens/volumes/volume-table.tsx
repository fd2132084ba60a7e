import { TriangleAlert } from 'lucide-react';
import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { NameLink } from '../../components/layout.tsx';
import { Meter, Pill } from '../../components/marks.tsx';
import { type Rate, sumOfRates } from '../../stores/rates.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { CONDITIONS, volumesWords as words } from '../../words/volumes.ts';
import { placeWords, shortPlaceWords } from './place-words.ts';
import { clientsOf, conditionOf, isNearlyFull, isRead } from './volume-matters.ts';
import styles from './volumes.module.css';

export const StorageMeter = ({ volume }: { volume: VolumeView }) => {
  const { bytes, bytesUsed } = volume.storage;
  return (
    <Meter
      value={bytesUsed}
      of={bytes}
      label={words.storageLabel(volume.name, format.bytes(bytesUsed), format.bytes(bytes))}
      tone={isNearlyFull(volume) ? 'warn' : 'set-1'}
    />
  );
};

const Line = ({ volume, rates }: { volume: VolumeView; rates: ReadonlyMap<string, Rate> }) => {
  const { text, tone } = CONDITIONS[conditionOf(volume)];
  const own = volume.exports.filter(({ export: name }) => name === volume.name);
  const { read, written } = sumOfRates(rates, volume.exports);
  return (
    <tr>
      <td className={`clip ${styles.disk}`}>
        <NameLink to={href('volumes', volume.name)}>{volume.name}</NameLink>
        <span className="clip second" title={volume.path}>
          <span className={styles.narrow}>{format.bytes(volume.size)}, </span>
          {printable(volume.path)}
        </span>
      </td>
      <td className={`num ${styles.wide}`}>{format.bytes(volume.size)}</td>
      <td>
        <Pill tone={tone}>{text}</Pill>
      </td>
      <td className={`clip ${styles.servedAt}`}>
        {own.length === 0 && <span className="faint">{words.notServed}</span>}
        {own.map(({ server, uri }) => (
          <div key={server} className="clip" title={placeWords(uri)}>
            {shortPlaceWords(uri)}
          </div>
        ))}
        {own.length > 0 && <span className="second">{words.clients(clientsOf(volume))}</span>}
      </td>
      <td className="num">
        {own.length > 0 && (
          <>
            {words.reads(format.rate(read))}
            <span className="second">{words.writes(format.rate(written))}</span>
          </>
        )}
      </td>
      <td className={styles.storage}>
        <div>
          <span className="num">{words.heldCount(volume.snapshots.length)}</span>
          {isRead(volume) && <StorageMeter volume={volume} />}
        </div>
        <span className="num second">
          {isNearlyFull(volume) && <TriangleAlert aria-label={words.nearlyFull} />}
          {isRead(volume)
            ? words.used(format.bytes(volume.storage.bytesUsed), format.bytes(volume.storage.bytes))
            : words.unread}
        </span>
      </td>
    </tr>
  );
};

interface VolumeTableProps {
  readonly volumes: readonly VolumeView[];
  readonly rates: ReadonlyMap<string, Rate>;
}

/** Every volume with how it is, where it is served, and how full its storage for snapshots is. */
export const VolumeTable = ({ volumes, rates }: VolumeTableProps) => (
  <table className={styles.list}>
    <thead>
      <tr>
        <th scope="col">{words.volume}</th>
        <th scope="col" className={`num ${styles.wide}`}>
          {words.size}
        </th>
        <th scope="col">{words.state}</th>
        <th scope="col">{words.served}</th>
        <th scope="col" className="num">
          {words.traffic}
        </th>
        <th scope="col">{words.snapshots}</th>
      </tr>
    </thead>
    <tbody>
      {volumes.map((volume) => (
        <Line key={volume.id} volume={volume} rates={rates} />
      ))}
    </tbody>
  </table>
);
