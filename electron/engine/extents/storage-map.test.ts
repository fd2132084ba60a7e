import fc from 'fast-check';
import { expect, it } from 'vitest';
import { elementsInDeviceOrder, inDeviceOrder } from './storage-map.ts';

const extent = fc.record({
  offset: fc.nat(1e6),
  length: fc.integer({ min: 1, max: 1e6 }),
  address: fc.option(fc.nat(1e9)),
});
const elements = fc.array(fc.record({ key: fc.nat(), device: fc.nat(2), extents: fc.array(extent, { maxLength: 5 }) }));

it('runs are read in one sweep over each device, and none is lost', () => {
  fc.assert(
    fc.property(elements, (window) => {
      const runs = inDeviceOrder(window);
      expect(runs.length).toBe(window.reduce((sum, element) => sum + element.extents.length, 0));
      const placed = runs.filter(({ address }) => address !== null);
      expect(runs.slice(0, placed.length)).toEqual(placed);
      for (const [index, run] of placed.entries()) {
        const before = placed[index - 1];
        if (before === undefined) continue;
        expect(
          before.device < run.device || (before.device === run.device && Number(before.address) <= Number(run.address)),
        ).toBe(true);
      }
    }),
  );
});

it('elements come in the order in which they lie, those without a place last and in their own order', () => {
  const at = (address: number | null) => [{ offset: 0, length: 1, address }];
  const window = [
    { key: 'none', device: 1, extents: at(null) },
    { key: 'far', device: 1, extents: at(900) },
    { key: 'other disk', device: 2, extents: at(5) },
    { key: 'empty', device: 1, extents: [] },
    { key: 'near', device: 1, extents: at(10) },
  ];
  expect(elementsInDeviceOrder(window).map(({ key }) => key)).toEqual(['near', 'far', 'other disk', 'none', 'empty']);
});
