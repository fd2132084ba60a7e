import { PROCEDURES } from '../../../shared/contract/contract.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Card, Facts, Stack } from '../../components/layout.tsx';
import { Notice } from '../../components/notices.tsx';
import type { TapeName } from '../../stores/tape-names.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import styles from './jobs.module.css';

/** Where the file of a tape is, and what it takes to read it. */
export const ExportReport = ({ result, name }: { result: unknown; name: TapeName }) => {
  const parsed = PROCEDURES['tape.export'].output.safeParse(result);
  if (!parsed.success) return null;
  const { file, bytes, chunks, sha256, sealed, sets, needs, warnings } = parsed.data;
  return (
    <Stack>
      {warnings.map(({ code, message }) => (
        <Notice key={code} title={words.exportWarned}>
          {message}
        </Notice>
      ))}
      <Card title={words.report} padded>
        <Facts>
          <dt>{words.tapeFile}</dt>
          <dd className={styles.path}>{printable(file)}</dd>
          <dt>{words.readBack}</dt>
          <dd className="num">{words.exported(chunks, format.bytes(bytes))}</dd>
          <dt>SHA-256</dt>
          <dd className={`num ${styles.path}`}>{sha256}</dd>
          <dt>{words.setsOnIt}</dt>
          <dd>
            {sets.map(({ object, createdAt }) => `${object}, ${format.date(createdAt)}`).join('; ') || words.noSets}
          </dd>
          <dt>{words.toRead}</dt>
          <dd>{words.readerNeeds(sealed, needs.map(name))}</dd>
        </Facts>
      </Card>
    </Stack>
  );
};

/** What came into the library with the file of a tape, and what did not. */
export const ImportReport = ({ result }: { result: unknown }) => {
  const parsed = PROCEDURES['tape.import'].output.safeParse(result);
  if (!parsed.success) return null;
  const { tape, imported, chunks, bytes, missing } = parsed.data;
  return (
    <Stack>
      {missing.length > 0 && (
        <Notice title={words.importLacks} tone="bad">
          <ul>
            {missing.map(({ set, object, chunks: lost }) => (
              <li key={set}>{words.lacks(lost, object ?? set.slice(0, 8))}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Card title={words.report} padded>
        {imported ? words.imported(tape.barcode, chunks, format.bytes(bytes)) : words.thereAlready(tape.barcode)}
      </Card>
    </Stack>
  );
};
