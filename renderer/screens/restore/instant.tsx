import { Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Entry } from '../../../shared/contract/browse.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Acts, Card, Stack } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useLive } from '../../stores/live.ts';
import { nameOf } from '../../stores/paths.ts';
import { useRates } from '../../stores/rates.ts';
import { format } from '../../words/format.ts';
import { instantWords as words } from '../../words/instant.ts';
import { ServeDialog } from '../volumes/serve-dialog.tsx';
import { setOfExport } from '../volumes/serve-form.ts';
import { ServedTable } from '../volumes/served-table.tsx';
import type { Moment } from './timeline.tsx';

interface InstantProps {
  readonly object: string;
  readonly moment: Moment;
  /** All moments of the object. */
  readonly sets: readonly Moment[];
}

/** Exports of the volumes of one object's backups, as they are now. */
const useServedSets = (sets: readonly Moment[]) => {
  const { data } = useLive('volume.served', {});
  const exports = useMemo(
    () =>
      data?.exports.filter((one) => {
        const digits = setOfExport(one.export);
        return digits !== null && sets.some(({ id }) => id.startsWith(digits));
      }) ?? null,
    [data, sets],
  );
  return { exports: exports ?? [], rates: useRates(exports) };
};

/** The volumes of a moment, to be used straight from the tapes, and those that are. */
export const Instant = ({ object, moment, sets }: InstantProps) => {
  const listed = useQuery('ls', { set: moment.id, limit: 64 });
  const { exports, rates } = useServedSets(sets);
  const [serving, setServing] = useState<Entry | null>(null);
  const entries = listed.data?.entries.filter(({ type }) => type === 'file') ?? [];
  const isServed = (name: string): boolean =>
    exports.some((one) => {
      const digits = setOfExport(one.export);
      return digits !== null && moment.id.startsWith(digits) && [digits, name].includes(nameOf(one.export));
    });
  return (
    <Stack>
      <Card title={words.title} aside={words.about}>
        {moment.state === 'incomplete' && <Notice title={words.incomplete} />}
        {listed.error && <ErrorCard error={listed.error} retry={listed.reload} />}
        {!listed.data && !listed.error && <Loading />}
        {entries.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.volume}</th>
                <th scope="col" className="num">
                  {words.size}
                </th>
                <th scope="col">{words.state}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.path}>
                  <td>
                    <b>{printable(nameOf(entry.path))}</b>
                  </td>
                  <td className="num">{format.bytes(entry.bytes)}</td>
                  <td>{isServed(nameOf(entry.path)) && <Pill tone="run">{words.served}</Pill>}</td>
                  <td>
                    <Acts>
                      <Button
                        aria-label={words.serveOne(printable(nameOf(entry.path)))}
                        onPress={() => setServing(entry)}
                      >
                        <Play aria-hidden /> {words.serve}
                      </Button>
                    </Acts>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Card>
      {exports.length > 0 && (
        <Card title={words.servedNow}>
          <ServedTable exports={exports} rates={rates} />
        </Card>
      )}
      {serving && (
        <ServeDialog
          subject={{
            kind: 'set',
            object,
            set: moment.id,
            volume: nameOf(serving.path),
            only: entries.length === 1,
          }}
          close={() => setServing(null)}
        />
      )}
    </Stack>
  );
};
