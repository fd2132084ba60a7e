const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Bytes of a size as people type it: `64KiB`, `8 GiB`, `10MB`, `1.5GiB`, or plain bytes; null for what is none. */
export const typedSize = (text: string): number | null => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = number === '' ? undefined : UNITS[unit.toLowerCase()];
  const bytes = Math.round(Number(number) * (factor ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : null;
};

const WRITTEN = ['TiB', 'TB', 'GiB', 'GB', 'MiB', 'MB', 'KiB', 'KB'] as const;

/** The same size as somebody may have typed it: `5 MB`, `1.5 GiB`, `16 KiB`; never rounded. */
export const sizeTyped = (bytes: number): string => {
  const exact = WRITTEN.map((unit) => ({ unit, value: bytes / (UNITS[unit.toLowerCase()] ?? 1) }))
    .filter(({ value }) => value >= 1 && Number.isInteger(value * 100))
    .toSorted((one, other) => String(one.value).length - String(other.value).length);
  const [best] = exact;
  return best === undefined ? `${bytes} B` : `${best.value} ${best.unit}`;
};
