import { printable } from '../../../shared/model/printable.ts';
import { type ActContext, detailsOf } from '../../words/act-details.ts';

/** What was told of an act, a line each. */
export const ActDetails = ({ context }: { context: ActContext }) =>
  detailsOf(context).map(({ name, value }) => (
    <div key={name}>
      <span className="faint">{name}</span> <span className="num">{printable(value)}</span>
    </div>
  ));
