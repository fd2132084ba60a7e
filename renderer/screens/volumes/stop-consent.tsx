import type { ExportView } from '../../../shared/contract/volumes.ts';
import { Consent } from '../../components/dialog.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { servingWords as words } from '../../words/serving.ts';
import { placeWords } from './place-words.ts';

/** What is written to an overlay, and what becomes of it. */
const fateOf = ({ export: name, overlay, bytesWritten }: ExportView): string[] => {
  if (overlay === null || bytesWritten === 0) return [];
  return [overlay === 'kept' ? words.stopKeeps(name) : words.stopLoses(name, format.bytes(bytesWritten))];
};

/** Asks before clients are cut off. All that the server serves is named: it may be more than the screen shows. */
export const StopConsent = ({ server, close }: { server: string; close: () => void }) => {
  const { data, error } = useQuery('volume.served', { server });
  const exports = data?.exports ?? [];
  const names = exports.map((one) => one.export).join(', ');
  const clients = exports.reduce((sum, one) => sum + one.clients, 0);
  return (
    <Consent
      title={words.stopTitle}
      consent={words.stopConsent}
      keep={words.stopKeep}
      // What is lost is named first.
      disabled={!data && !error}
      close={close}
      onConsent={() =>
        void change('volume.stop', { server }).then(
          ({ stopped }) => announce(words.stopped(stopped.join(', ')), 'good'),
          said,
        )
      }
    >
      {error && <ErrorCard error={error} />}
      {!data && !error && <Loading />}
      {exports[0] && <p>{words.stopAbout(placeWords(exports[0].uri), names, clients)}</p>}
      {exports.flatMap(fateOf).map((text) => (
        <p key={text}>
          <b>{text}</b>
        </p>
      ))}
    </Consent>
  );
};
