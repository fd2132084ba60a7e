import { Card, Columns, Facts, Stack, Stat, Stats } from '../../components/layout.tsx';
import { Loading, Notice } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { isWithin, parentOf } from '../../stores/paths.ts';
import { suggestedName } from '../../stores/protect-draft.ts';
import { useVaults } from '../../stores/vaults.ts';
import { format } from '../../words/format.ts';
import { protectWords as words } from '../../words/protect.ts';
import styles from './protect.module.css';
import type { StepProps } from './step-props.ts';

/** The plan, in numbers, before anything is written. */
export const ReviewStep = ({ now, measure }: StepProps) => {
  const { data } = useVaults();
  const { sample, current } = measure;
  const dir = now.vault ?? now.newVault;
  const known = data?.vaults.find((vault) => vault.dir === now.vault);
  const disk = useQuery('place.list', { path: { path: known ? dir : parentOf(dir) }, foldersOnly: true, limit: 1 });
  const free = disk.data?.bytesFree ?? null;
  const left = sample?.leftOut.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  const sealing = known
    ? known.sealed
      ? words.sealedYes
      : words.sealedNo
    : now.vault
      ? words.sealedAsVault
      : now.sealed
        ? words.sealedYes
        : words.sealedNo;
  return (
    <Columns>
      <Stack>
        <Card title={words.summary} padded>
          {sample ? (
            <Stats>
              <Stat value={format.bytes(sample.bytes)}>{words.toRead}</Stat>
              <Stat value={format.count(sample.elements)}>{words.elements}</Stat>
              <Stat value={format.bytes(left)}>{words.leaves}</Stat>
            </Stats>
          ) : (
            <Loading>{words.counting}</Loading>
          )}
        </Card>
        {sample && !(current && sample.finished) && <Notice title={words.stillCounting} />}
        {sample && free !== null && free < sample.bytes && <Notice title={words.roomShort(format.bytes(free))} />}
        {now.roots.some(({ path }) => isWithin(dir, path)) && <Notice title={words.sameDisk} />}
      </Stack>
      <Card padded>
        <Facts>
          <dt>{words.objectName}</dt>
          <dd>{now.name || suggestedName(now.roots)}</dd>
          <dt>{words.chosen}</dt>
          <dd className={styles.path}>{now.roots.map(({ path }) => path).join('\n')}</dd>
          <dt>{words.goesTo}</dt>
          <dd className={styles.path}>{dir}</dd>
          <dt>{words.sealing}</dt>
          <dd>{sealing}</dd>
          <dt>{words.level}</dt>
          <dd>{words.levels[now.level]}</dd>
        </Facts>
      </Card>
    </Columns>
  );
};
