import { Fragment, useState } from 'react';
import type { ExportView } from '../../../shared/contract/volumes.ts';
import { CopyLine } from '../../components/copy-line.tsx';
import { Select } from '../../components/select.tsx';
import { rateKey } from '../../stores/rates.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { attachLines } from './attach-lines.ts';
import { shortPlaceWords } from './place-words.ts';
import styles from './volumes.module.css';

/** How to attach an export, in lines that are ready to be copied. */
export const Attach = ({ exports }: { exports: readonly ExportView[] }) => {
  const [picked, setPicked] = useState<string | null>(null);
  const chosen = exports.find((one) => rateKey(one) === picked) ?? exports[0];
  if (!chosen) return null;
  return (
    <section className={styles.lines} aria-label={words.attach}>
      <div>
        <h3>{words.attach}</h3>
        {exports.length > 1 && (
          <Select
            label={words.attachWhat}
            hideLabel
            bare
            value={rateKey(chosen)}
            onChange={setPicked}
            options={exports.map((one) => ({
              value: rateKey(one),
              title: `${one.export}, ${shortPlaceWords(one.uri)}`,
            }))}
          />
        )}
      </div>
      {attachLines(chosen.uri, chosen.readOnly).map(({ way, line }) => (
        <Fragment key={way}>
          <span>
            {words.ways[way].title}
            <span className="second">{words.ways[way].about}</span>
          </span>
          <CopyLine text={line} what={words.ways[way].title} label={words.copyLine(words.ways[way].title)} />
        </Fragment>
      ))}
      {chosen.keys && <p className="quiet">{words.encryptedAbout(chosen.keys.file, chosen.keys.users)}</p>}
    </section>
  );
};
