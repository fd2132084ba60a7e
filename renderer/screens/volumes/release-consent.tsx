import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { Consent } from '../../components/dialog.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { isRead } from './volume-matters.ts';

/** What the snapshot preserved on all of its volumes; null while that has not been read. */
const preservedText = ({ volumes }: SnapshotView, known: readonly VolumeView[]): string | null => {
  let bytes = 0;
  for (const { name, preserved } of volumes) {
    const volume = known.find((one) => one.name === name);
    if (!volume || !isRead(volume)) return null;
    bytes += preserved * volume.segmentBytes;
  }
  return format.bytes(bytes);
};

interface ReleaseConsentProps {
  readonly snapshot: SnapshotView;
  readonly volumes: readonly VolumeView[];
  readonly close: () => void;
}

/** Asks before a snapshot is given up. */
export const ReleaseConsent = ({ snapshot, volumes, close }: ReleaseConsentProps) => (
  <Consent
    title={words.releaseTitle}
    consent={words.releaseConsent}
    keep={words.releaseKeep}
    close={close}
    onConsent={() =>
      void change('snapshot.release', { snapshot: snapshot.id }).then(() => announce(words.released, 'good'), said)
    }
  >
    {words.releaseAbout(
      snapshot.volumes.map(({ name }) => name).join(', '),
      format.date(snapshot.createdAt),
      preservedText(snapshot, volumes),
    )}
  </Consent>
);
