interface Standing {
  readonly id: string;
  readonly state: string;
}

/**
 * The moment to look at: the one that is asked for, else the newest whole one. What is asked for and is not there is `lost`, and no other takes its
 * place unasked: what would be ticked there is another version. `pending`: it is not known yet whether it is there.
 */
export const momentOf = <Moment extends Standing>(
  sets: readonly Moment[],
  asked: string | undefined,
  pending: boolean,
): { readonly chosen: Moment | null; readonly lost: boolean } => {
  if (asked === undefined)
    return { chosen: sets.find(({ state }) => state === 'complete') ?? sets[0] ?? null, lost: false };
  const chosen = sets.find(({ id }) => id === asked) ?? null;
  return { chosen, lost: chosen === null && !pending && sets.length > 0 };
};
