import { useEffect, useRef, useState } from 'react';
import type { ExportView } from '../../shared/contract/volumes.ts';

/** Bytes a second. */
export interface Rate {
  readonly read: number;
  readonly written: number;
}

export const NO_RATE: Rate = { read: 0, written: 0 };

/** What exports had moved at a moment. */
export interface RateSample {
  readonly atMs: number;
  readonly exports: ReadonlyMap<string, Pick<ExportView, 'bytesRead' | 'bytesWritten'>>;
}

/** Samples that are closer than this say more about the clock than about the traffic. */
const LEAST_MS = 500;

export const rateKey = ({ server, export: name }: Pick<ExportView, 'server' | 'export'>): string => `${server} ${name}`;

/** What moved between two samples, per export; null when they are too close. An export that was not there before has no rate yet. */
export const ratesBetween = (before: RateSample, after: RateSample): ReadonlyMap<string, Rate> | null => {
  const seconds = (after.atMs - before.atMs) / 1000;
  if (seconds * 1000 < LEAST_MS) return null;
  const rates = new Map<string, Rate>();
  for (const [key, { bytesRead, bytesWritten }] of after.exports) {
    const then = before.exports.get(key);
    if (!then) continue;
    rates.set(key, {
      read: Math.max(0, bytesRead - then.bytesRead) / seconds,
      written: Math.max(0, bytesWritten - then.bytesWritten) / seconds,
    });
  }
  return rates;
};

/** The rates of several exports together. */
export const sumOfRates = (rates: ReadonlyMap<string, Rate>, exports: readonly ExportView[]): Rate =>
  exports.reduce((sum, one) => {
    const { read, written } = rates.get(rateKey(one)) ?? NO_RATE;
    return { read: sum.read + read, written: sum.written + written };
  }, NO_RATE);

const NONE: ReadonlyMap<string, Rate> = new Map();

/** How much exports move a second, from one list of them to the next. */
export const useRates = (exports: readonly ExportView[] | null): ReadonlyMap<string, Rate> => {
  const before = useRef<RateSample | null>(null);
  const [rates, setRates] = useState(NONE);
  useEffect(() => {
    if (exports === null) return;
    // A list that was only put together anew tells nothing that was not known.
    const last = before.current?.exports;
    if (last?.size === exports.length && exports.every((one) => last.get(rateKey(one)) === one)) return;
    const sample = { atMs: performance.now(), exports: new Map(exports.map((one) => [rateKey(one), one])) };
    const found = before.current === null ? NONE : ratesBetween(before.current, sample);
    if (found === null) return;
    before.current = sample;
    setRates(found);
  }, [exports]);
  return rates;
};

/** How long the rest takes at a rate, in milliseconds; null where the whole is not known or nothing moves. Rate in bytes a second. */
export const restMs = (done: number, total: number | null, rate: number): number | null =>
  total === null || rate <= 0 ? null : (Math.max(0, total - done) / rate) * 1000;
