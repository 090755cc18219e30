import { turnsOf } from './turns.ts';

const UNITS = 10;

const both = () => {
  const here = turnsOf(UNITS, 0);
  return { here, beside: turnsOf(UNITS, 1, here.shared) };
};

test('each unit is taken once, in order', () => {
  const { here, beside } = both();
  const taken: (number | undefined)[] = [];
  for (let files = 0; files < UNITS; files++)
    taken.push((files % 2 ? here : beside).next(files));
  expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect([here.next(5), beside.next(5)]).toEqual([undefined, undefined]);
});

test('who has read many more leaves the rest to the other, who takes all', () => {
  const { here, beside } = both();
  for (let unit = 0; unit < 8; unit++) expect(here.next(100 * unit)).toBe(unit);
  beside.next(1);
  expect(here.next(800)).toBeUndefined();
  expect(beside.next(100)).toBe(9);
});

test('nothing is left to one who has read nothing: it may never begin', () => {
  const { here } = both();
  for (let unit = 0; unit < UNITS; unit++)
    expect(here.next(100 * unit)).toBe(unit);
});

test('both never leave it to each other', () => {
  const { here, beside } = both();
  here.next(1);
  for (let unit = 1; unit < 9; unit++) beside.next(1);
  expect(beside.next(1000)).toBeUndefined();
  // The unit that it was reading was a large one.
  expect(here.next(9000)).toBe(9);
});

test('after a stop, nobody takes any', () => {
  const { here, beside } = both();
  expect(here.isStopped()).toBe(false);
  beside.stop();
  expect(here.isStopped()).toBe(true);
  expect([here.next(0), beside.next(0)]).toEqual([undefined, undefined]);
});
