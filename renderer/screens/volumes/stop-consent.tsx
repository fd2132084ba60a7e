import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { Consent } from '../../components/dialog.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { placeWords } from './place-words.ts';

interface StopConsentProps {
  readonly server: string;
  /** All volumes: a server may serve others too. */
  readonly volumes: readonly VolumeView[];
  readonly close: () => void;
}

/** Asks before clients are cut off. */
export const StopConsent = ({ server, volumes, close }: StopConsentProps) => {
  const exports = volumes.flatMap((volume) => volume.exports.filter((one) => one.server === server));
  const names = exports.map((one) => one.export).join(', ');
  const clients = exports.reduce((sum, one) => sum + one.clients, 0);
  return (
    <Consent
      title={words.stopTitle}
      consent={words.stopConsent}
      close={close}
      onConsent={() =>
        void change('volume.stop', { server }).then(
          ({ stopped }) => announce(words.stopped(stopped.join(', ')), 'good'),
          said,
        )
      }
    >
      {words.stopAbout(exports[0] ? placeWords(exports[0].uri) : '', names, clients)}
    </Consent>
  );
};
