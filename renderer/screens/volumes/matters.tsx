import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card } from '../../components/layout.tsx';
import { useNow } from '../../stores/clock.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { ReleaseConsent } from './release-consent.tsx';
import { mattersOf, type VolumeMatter } from './volume-matters.ts';
import styles from './volumes.module.css';

interface MattersProps {
  readonly snapshots: readonly SnapshotView[];
  readonly volumes: readonly VolumeView[];
  /** On the page of a volume there is no way to it. */
  readonly here?: boolean;
}

const keyOf = (matter: VolumeMatter): string =>
  `${matter.kind} ${matter.kind === 'lost' ? matter.snapshot.id : matter.volume.id}`;

const textOf = (matter: VolumeMatter, now: number): { readonly title: string; readonly about: string } => {
  if (matter.kind === 'lost') {
    return {
      title: words.lostTitle(format.when(matter.snapshot.createdAt, now)),
      about: words.lostAbout(matter.volume, words.lostReason(matter.reason)),
    };
  }
  const { name, path, storage, onFull, blockMs } = matter.volume;
  if (matter.kind === 'missing') return { title: words.missingTitle(name), about: words.missingAbout(path) };
  if (matter.kind === 'distrusted') return { title: words.distrustedTitle(name), about: words.distrustedAbout };
  return {
    title: words.nearlyFullTitle(name),
    about: words.nearlyFullAbout(
      format.bytes(storage.bytesUsed),
      format.bytes(storage.bytes),
      onFull,
      format.duration(blockMs),
    ),
  };
};

/** What of volumes and snapshots needs a person, with the way to see to it. */
export const Matters = ({ snapshots, volumes, here = false }: MattersProps) => {
  const now = useNow();
  const [releasing, setReleasing] = useState<SnapshotView | null>(null);
  const matters = mattersOf(volumes, snapshots);
  if (matters.length === 0 && releasing === null) return null;
  return (
    <Card title={words.needsYou} aside={matters.length}>
      <ul className={styles.matters}>
        {matters.map((matter) => {
          const { title, about } = textOf(matter, now);
          const mild = matter.kind === 'nearly-full' || matter.kind === 'distrusted';
          const Sign = mild ? TriangleAlert : CircleAlert;
          return (
            <li key={keyOf(matter)} data-tone={mild ? 'warn' : 'bad'}>
              <Sign aria-hidden />
              <div>
                <b>{title}</b>
                <div className="quiet">{about}</div>
              </div>
              {matter.kind === 'lost' ? (
                <Button onPress={() => setReleasing(matter.snapshot)}>{words.release}</Button>
              ) : (
                !here && <ButtonLink to={href('volumes', matter.volume.name)}>{words.seeVolume}</ButtonLink>
              )}
            </li>
          );
        })}
      </ul>
      {releasing && <ReleaseConsent snapshot={releasing} volumes={volumes} close={() => setReleasing(null)} />}
    </Card>
  );
};
