import type { LibraryView } from '../../../shared/contract/tapes.ts';
import { nameIn } from '../../stores/tape-names.ts';
import { format } from '../../words/format.ts';
import { mediaWords as words } from '../../words/media.ts';
import { reclaimWords } from '../../words/reclaim.ts';

const LINES = 1000;

/** All that the picture of a library shows, as text. */
export const TapesInWords = ({ library: { tapes } }: { library: LibraryView }) => {
  const name = nameIn(tapes);
  return (
    <>
      <table>
        <thead>
          <tr>
            <th>{words.tape}</th>
            <th>{words.where}</th>
            <th>{words.pool}</th>
            <th>{words.state}</th>
            <th className="num">{words.usedHead}</th>
            <th className="num">{reclaimWords.keptHead}</th>
          </tr>
        </thead>
        <tbody>
          {tapes.slice(0, LINES).map((tape) => (
            <tr key={tape.id}>
              <td>
                <span className="num">{tape.barcode}</span>
              </td>
              <td>{words.whereOf(tape)}</td>
              <td>{words.poolNames[tape.pool] ?? tape.pool}</td>
              <td>{words.stateOf(tape, name)}</td>
              <td className="num">{words.used(format.bytes(tape.bytesUsed), format.bytes(tape.bytesCapacity))}</td>
              <td className="num">{reclaimWords.keptOf(tape)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {tapes.length > LINES && <p className="quiet">{words.moreTapes(tapes.length - LINES)}</p>}
    </>
  );
};
