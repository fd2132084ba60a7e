const STEPS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A size as people read it: `1.5 GiB`. */
export const formatSize = (bytes: number): string => {
  let step = 0;
  let value = bytes;
  for (; value >= 1024 && step < STEPS.length - 1; step += 1) value /= 1024;
  if (step === 0) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${STEPS[step]}`;
};

/** A whole number with its thousands apart: `1 234 567`. */
export const formatCount = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');

/** A time span as people read it: `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`, `10 min`. */
export const formatSpan = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  const [whole, rest] =
    minutes < 60 ? [`${minutes} min`, Math.floor(seconds % 60)] : [`${Math.floor(minutes / 60)} h`, minutes % 60];
  return rest === 0 ? whole : `${whole} ${rest} ${minutes < 60 ? 's' : 'min'}`;
};

/** A moment as it was on the clock of a time zone: `2026-11-28 02:30`. */
const timeIn = (zone: string): ((time: string) => string) => {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return (time) => clock.format(new Date(time));
};

/** Numbers of a report where no screen has its own way. */
export const PLAIN_FORMAT = { bytes: formatSize, span: formatSpan, count: formatCount, momentIn: timeIn };
