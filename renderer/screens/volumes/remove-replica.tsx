import { useState } from 'react';
import type { ReplicaView } from '../../../shared/contract/replicas.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Consent } from '../../components/dialog.tsx';
import { Tick } from '../../components/field.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { format } from '../../words/format.ts';
import { replicasWords as words } from '../../words/replicas.ts';

/** Asks before a replica is given up, and whether its file goes, too. */
export const RemoveReplica = ({ replica, close }: { replica: ReplicaView; close: () => void }) => {
  const [discard, setDiscard] = useState(false);
  const { name, volume, path, size, takenAt } = replica;
  const moment = takenAt === null ? null : format.date(takenAt);
  return (
    <Consent
      title={words.removeTitle(name)}
      consent={words.removeConsent}
      keep={words.removeKeep}
      close={close}
      onConsent={() =>
        void change('replica.remove', { replica: name, ...(discard ? { discardFile: true } : {}) }).then(
          ({ fileRemoved }) => announce(words.removed(name, fileRemoved), 'good'),
          said,
        )
      }
    >
      <p>{words.removeAbout(name, volume)}</p>
      <Tick checked={discard} onChange={setDiscard}>
        {words.removeFile}
      </Tick>
      <p>
        {discard ? (
          <b>{words.removeLoses(printable(path), format.bytes(size), moment)}</b>
        ) : (
          words.removeKeeps(printable(path), moment)
        )}
      </p>
    </Consent>
  );
};
