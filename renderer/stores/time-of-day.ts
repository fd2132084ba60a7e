const TIME = /^\s*([01]?\d|2[0-3]):([0-5]\d)\s*$/;

/** An hour and a minute as they are kept, `02:30`; null when nothing of the kind was typed. */
export const timeOfDay = (typed: string): string | null => {
  const [, hour, minute] = TIME.exec(typed) ?? [];
  return hour === undefined || minute === undefined ? null : `${hour.padStart(2, '0')}:${minute}`;
};
