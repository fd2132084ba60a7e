import type { ActivityEntry } from '../../shared/contract/activity.ts';
import type { WarningView } from '../../shared/contract/values.ts';
import { barcodesIn, damageApart, type FindingsOnTapes, tapesNotHere } from '../../shared/model/damage-apart.ts';

/** Lines that an entry has: enough to see what it is about. Whoever wants all of them asks its job. */
const MOST_LINES = 6;
const LONGEST = 240;
const MOST_NAMES = 3;

interface Finding {
  readonly tape: string;
  readonly chunk: number;
  readonly elements: readonly string[];
  /** Of a verification: other tapes on which the same chunk is right. */
  readonly wholeOn?: readonly string[];
}

/** What an act can have found wrong and gone on all the same. */
interface Warned extends FindingsOnTapes {
  readonly warnings?: readonly WarningView[];
  readonly damaged?: readonly Finding[];
}

/**
 * What an act warned of, for its entry in the log: `warnings` is how many, `warned` the first of them, a line each, the worst first. Empty where
 * there were none.
 */
export const warnedOf = (output: unknown): ActivityEntry['context'] => {
  const result = output as Warned;
  const { warnings = [], damaged: findings = [] } = result;
  const count = warnings.length + findings.length;
  if (count === 0) return {};
  const { damaged, away } = damageApart(findings, tapesNotHere(result));
  const [whole, lost] = [damaged.filter(isWholeElsewhere), damaged.filter((each) => !isWholeElsewhere(each))];
  const barcode = barcodesIn(result);
  const lines = [
    ...linesOf(lost, ({ tape }) => (tape === '' ? 'NO TAPE KNOWN of' : `DAMAGED tape ${barcode(tape)},`)),
    ...linesOf(
      whole,
      ({ tape, wholeOn = [] }) => `damaged on ${barcode(tape)}, whole on ${wholeOn.map(barcode).join(', ')},`,
    ),
    ...warnings.slice(0, MOST_LINES).map(({ code, path, message }) => `${code} ${path}: ${message}`),
    ...linesOf(away, ({ tape }) => `AWAY tape ${barcode(tape)},`),
  ];
  const warned = lines.slice(0, MOST_LINES).map(oneLine).join('\n');
  return { warnings: count, warned };
};

const isWholeElsewhere = ({ wholeOn = [] }: Finding): boolean => wholeOn.length > 0;

const linesOf = (findings: readonly Finding[], where: (finding: Finding) => string): string[] =>
  findings.slice(0, MOST_LINES).map((each) => `${where(each)} chunk ${each.chunk}: ${namesOf(each.elements)}`);

const namesOf = (elements: readonly string[]): string => {
  if (elements.length === 0) return 'no element has content in it';
  const more = elements.length - MOST_NAMES;
  return `${elements.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const oneLine = (text: string): string => {
  const line = text.replaceAll('\n', ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};
