/** Of a result of a restore or a verification: what tells which of its findings lie on tapes that are away. */
export interface FindingsOnTapes {
  /** The empty name is of chunks of which no tape is known. */
  readonly damaged?: readonly { readonly tape: string }[];
  /** Of a verification; those that are not `away` are there and cannot be read. */
  readonly missingTapes?: readonly { readonly tape: string; readonly barcode?: string; readonly away?: boolean }[];
  /** `present` and `unread` only of a restore. */
  readonly tapes?: readonly {
    readonly tape: string;
    readonly barcode?: string;
    readonly present?: boolean;
    readonly unread?: boolean | undefined;
  }[];
}

/** What stands on a tape that the findings name, by its volume id; that one where the result does not tell. */
export const barcodesIn = ({ missingTapes = [], tapes = [] }: FindingsOnTapes): ((tape: string) => string) => {
  const barcodes = new Map([...missingTapes, ...tapes].map(({ tape, barcode }) => [tape, barcode]));
  return (tape) => barcodes.get(tape) || tape;
};

/** Volume ids of the tapes that were not here, or with which the drives failed: what was not read of them nobody knows as damaged. */
export const tapesNotHere = ({ missingTapes = [], tapes = [] }: FindingsOnTapes): string[] => [
  ...missingTapes.filter(({ away }) => away !== false).map(({ tape }) => tape),
  ...tapes.filter(({ present, unread }) => present === false || unread === true).map(({ tape }) => tape),
];

/** Takes what is damaged, or on no tape that is known, apart from what only lies on tapes that are away: that is not lost. */
export const damageApart = <Each extends { readonly tape: string }>(
  findings: readonly Each[],
  notHere: readonly string[],
): { readonly damaged: Each[]; readonly away: Each[] } => {
  const isAway = ({ tape }: Each): boolean => notHere.includes(tape);
  return { damaged: findings.filter((each) => !isAway(each)), away: findings.filter(isAway) };
};
