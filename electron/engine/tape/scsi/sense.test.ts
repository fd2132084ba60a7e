import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { senseError } from './scsi-errors.ts';
import { parseSense, SENSE_KEYS } from './sense.ts';
import { descriptorSense, fixedSense } from './testing/standard-drive.ts';

describe.each([
  ['fixed', fixedSense],
  ['descriptor', descriptorSense],
])('sense data in %s format', (_, build) => {
  test('give key, code, flags and a signed count', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.option(fc.integer({ min: -0x80000000, max: 0x7fffffff })),
        (key, bits, code, information) => {
          expect(parseSense(build((bits << 5) | key, code, information))).toEqual({
            key: SENSE_KEYS[key],
            code,
            deferred: false,
            fileMark: (bits & 4) !== 0,
            endOfMedium: (bits & 2) !== 0,
            incorrectLength: (bits & 1) !== 0,
            information,
          });
        },
      ),
    );
  });

  test('are read wherever they end, or are none', () => {
    const whole = build(0x83, 0x1100, -5);
    for (let length = 0; length < whole.length; length += 1) {
      const parsed = parseSense(whole.subarray(0, length));
      if (length < 8) expect(parsed).toBeNull();
      else expect(parsed?.key).toBe('medium-error');
    }
  });
});

test('whatever a device sends, reading it ends and throws nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0x70, 0x71, 0x72, 0x73, 0xf0, 0x7f),
      fc.uint8Array({ maxLength: 80 }),
      (first, rest) => {
        const parsed = parseSense(Uint8Array.of(first, ...rest));
        expect(parsed === null || SENSE_KEYS.includes(parsed.key)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test('an error about an earlier command is told as such', () => {
  const late = parseSense(fixedSense(0x03, 0x0c00, null, 0x71));
  expect(late?.deferred).toBe(true);
  expect(senseError('drive', 'flushing', late as never)).toMatchObject({ code: 'DEVICE_FAILED' });
});

test.each([
  ['a medium error', 0x03, 0x1100, 'TAPE_DAMAGED'],
  ['a blank tape', 0x08, 0x0005, 'TAPE_DAMAGED'],
  ['a write protected tape', 0x07, 0x2700, 'TAPE_PROTECTED'],
  ['the end of the medium', 0x4d, 0x0002, 'TAPE_FULL'],
  ['a changed medium', 0x06, 0x2800, 'DRIVE_RESET'],
  ['a reset', 0x06, 0x2900, 'DRIVE_RESET'],
  ['an empty drive', 0x02, 0x3a00, 'NO_SUCH_TAPE'],
  ['a drive that is not ready', 0x02, 0x0403, 'DEVICE_FAILED'],
  ['broken hardware', 0x04, 0x4400, 'DEVICE_FAILED'],
  ['a command that is not known', 0x05, 0x2000, 'DEVICE_FAILED'],
])('%s becomes an error of its own', (_, second, ascq, code) => {
  for (const build of [fixedSense, descriptorSense])
    expect(senseError('drive', 'reading', parseSense(build(second, ascq)) as never)).toMatchObject({ code });
});
