import { useMemo } from 'react';
import { Card } from '../../components/layout.tsx';
import { useLive } from '../../stores/live.ts';
import { useRates } from '../../stores/rates.ts';
import { instantWords as words } from '../../words/instant.ts';
import { setOfExport } from './serve-form.ts';
import { ServedTable } from './served-table.tsx';

/** What is served straight from backups, of whichever object. */
export const ServedSets = () => {
  const { data } = useLive('volume.served', {});
  const exports = useMemo(() => data?.exports.filter((one) => setOfExport(one.export) !== null) ?? null, [data]);
  const rates = useRates(exports);
  if (exports === null || exports.length === 0) return null;
  return (
    <Card title={words.everywhere}>
      <ServedTable exports={exports} rates={rates} />
    </Card>
  );
};
