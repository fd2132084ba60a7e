import { expect, test } from 'vitest';
import { boardMemory, slotsOf } from './board.ts';
import { Places } from './places.ts';

/** Places for three, whose connections are called by name; what was done with them, in order. */
const scene = () => {
  const slots = slotsOf(boardMemory(3));
  const acts: string[] = [];
  const seats = new Map<number, string>();
  const places = new Places<string>(slots, {
    serve: (name, { index }) => {
      seats.set(index, name);
      acts.push(`serve ${name}`);
    },
    cut: ({ index }) => acts.push(`cut ${seats.get(index)}`),
    drop: (name) => acts.push(`drop ${name}`),
  });
  const slotOf = (name: string) => slots.find(({ index, free }) => !free && seats.get(index) === name);
  return {
    acts,
    arrive: (...names: string[]) => {
      for (const name of names) places.arrived(name, name[0] ?? '');
    },
    choose: (...names: string[]) => {
      for (const name of names) slotOf(name)?.transmit();
    },
    leave: (name: string) => {
      const slot = slotOf(name);
      slot?.release();
      places.released(slot?.index ?? -1);
    },
    close: () => places.close(),
    since: () => acts.splice(0),
  };
};

test('who has not chosen yet goes for the next one, first of whom there are most', () => {
  const { arrive, leave, since } = scene();
  arrive('a1', 'b1', 'b2');
  expect(since()).toEqual(['serve a1', 'serve b1', 'serve b2']);
  arrive('c1');
  expect(since()).toEqual(['cut b1']);
  leave('b1');
  expect(since()).toEqual(['serve c1']);
  // Of all alike the one that came first.
  arrive('d1');
  expect(since()).toEqual(['cut a1']);
});

test('one host alone does not keep others out, nor does it push out those of others', () => {
  const { arrive, leave, since } = scene();
  arrive('a1', 'b1', 'b2', 'b3', 'b4');
  expect(since().slice(3)).toEqual(['cut b1', 'cut b2']);
  leave('b1');
  leave('b2');
  expect(since()).toEqual(['serve b3', 'serve b4']);
  arrive('b5');
  expect(since()).toEqual(['cut b3']);
});

test('who has chosen stays, and nobody comes in when all have', () => {
  const { arrive, choose, leave, since } = scene();
  arrive('a1', 'a2', 'a3');
  choose('a1', 'a2', 'a3');
  since();
  arrive('b1');
  expect(since()).toEqual(['drop b1']);
  leave('a2');
  arrive('b2');
  expect(since()).toEqual(['serve b2']);
});

test('while those who have to go are going, the last ones who came wait for their places', () => {
  const { arrive, choose, leave, close, since } = scene();
  arrive('a1', 'a2', 'a3');
  choose('a1', 'a2');
  since();
  arrive('b1', 'b2');
  expect(since()).toEqual(['cut a3', 'drop b1']);
  leave('a3');
  expect(since()).toEqual(['serve b2']);
  arrive('b3');
  expect(since()).toEqual(['cut b2']);
  close();
  expect(since()).toEqual(['drop b3']);
});
