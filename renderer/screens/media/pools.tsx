import type { LibraryView } from '../../../shared/contract/tapes.ts';
import { Card } from '../../components/layout.tsx';
import { Meter } from '../../components/marks.tsx';
import { mediaWords as words } from '../../words/media.ts';
import { Allocation } from './allocation.tsx';

/** How many tapes each pool has, how full they are, and which of them backups take. */
export const Pools = ({ library }: { library: LibraryView }) => (
  <Card title={words.pools}>
    <table>
      <tbody>
        {[...Map.groupBy(library.tapes, ({ pool, state }) => (state === 'retired' ? 'retired' : pool))].map(
          ([pool, members]) => (
            <tr key={pool}>
              <td>
                {words.poolNames[pool] ?? pool}
                <div className="faint">{words.poolAbout[pool]}</div>
              </td>
              <td className="num">{words.tapes(members.length)}</td>
              <td>
                <Meter
                  value={members.reduce((sum, { bytesUsed }) => sum + bytesUsed, 0)}
                  of={members.reduce((sum, { bytesCapacity }) => sum + bytesCapacity, 0)}
                  label={words.poolNames[pool] ?? pool}
                  tone="set-1"
                />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
    <Allocation library={library} />
  </Card>
);
