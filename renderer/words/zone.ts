import { formatter } from './format.ts';

/** The times of a zone as text. */
export interface ZoneClock {
  /** IANA name of the zone that the texts are in. */
  readonly zone: string;
  /** Whether clocks go there as they do for whoever looks, so that the zone need not be told. */
  readonly own: boolean;
  readonly format: ReturnType<typeof formatter>;
  /** Day of the week and date in full, without the time. */
  readonly fullDay: (time: string) => string;
}

/** The zone of whoever looks. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const clocks = new Map<string, ZoneClock>();

const made = (zone: string): ZoneClock => {
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeZone: zone });
  return {
    zone,
    own: full.resolvedOptions().timeZone === ownZone(),
    format: formatter(undefined, zone),
    fullDay: (time) => full.format(new Date(time)),
  };
};

/**
 * The times of a zone as text. Where the browser does not know the zone, the console's system being newer, they are those of whoever
 * looks, and `zone` says so.
 */
export const clockOf = (zone: string): ZoneClock => {
  const known = clocks.get(zone);
  if (known) return known;
  let clock: ZoneClock;
  try {
    clock = made(zone);
  } catch {
    clock = made(ownZone());
  }
  clocks.set(zone, clock);
  return clock;
};

/** All zones that can be chosen, with one that the browser may not list. */
export const zonesWith = (zone: string | null): readonly string[] => {
  const listed = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', ...(zone === null ? [] : [zone])]);
  return [...listed].toSorted();
};
