import type { VaultOverview } from '../../../shared/contract/overview.ts';
import { Card, Stack, Stat, Stats } from '../../components/layout.tsx';
import { Meter, Pill } from '../../components/marks.tsx';
import { format } from '../../words/format.ts';
import { overviewWords as words } from '../../words/overview.ts';
import { CheckLine } from '../checks/check-line.tsx';
import { roomOf } from './vault-room.ts';

/** How full a vault is, and when it will be. */
export const VaultCard = ({ overview, now }: { overview: VaultOverview; now: number }) => {
  const { vault, space, tapes, forecast } = overview;
  const count = Object.values(tapes).reduce((sum, each) => sum + each, 0);
  return (
    <Card title={words.vault(vault.name)} aside={words.tapes(count)} padded>
      {space === null ? (
        <Pill tone="bad">{words.unreachable}</Pill>
      ) : (
        <Stack>
          <Stats>
            <Stat value={format.percent(space.bytesUsed, roomOf(space).bytes)}>
              {words.ofWritten(format.bytes(roomOf(space).bytes))}
            </Stat>
            {forecast?.fullAt && (
              <Stat
                value={words.days(Math.max(0, Math.floor((Date.parse(forecast.fullAt) - Date.now()) / 86_400_000)))}
              >
                {words.untilFull}
              </Stat>
            )}
          </Stats>
          <Meter value={space.bytesUsed} of={roomOf(space).bytes} label={words.vault(vault.name)} tone="set-1" />
          <span className="faint">
            {space.bytesFreeOnDisk === null ? '' : words.freeOnDisk(format.bytes(space.bytesFreeOnDisk))}
            {roomOf(space).byDisk && `, ${words.tapesTakeMore(format.bytes(space.bytesCapacity))}`}
            {forecast?.fullAt ? '' : `${space.bytesFreeOnDisk === null ? '' : ', '}${words.noForecast}`}
          </span>
          <CheckLine what="verify" standing={overview.verify} now={now} of={null} />
        </Stack>
      )}
    </Card>
  );
};
