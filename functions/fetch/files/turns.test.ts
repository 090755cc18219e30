import { turnsOf } from './turns.ts';

const both = (units: number) => {
  const here = turnsOf(units);
  return { here, beside: turnsOf(units, here.shared) };
};

test('each unit is taken once, in order', () => {
  const { here, beside } = both(3);
  expect([here.next(), beside.next(), here.next()]).toEqual([0, 1, 2]);
  expect([here.next(), beside.next()]).toEqual([undefined, undefined]);
});

test('after a stop, nobody takes any', () => {
  const { here, beside } = both(10);
  expect(here.isStopped()).toBe(false);
  beside.stop();
  expect(here.isStopped()).toBe(true);
  expect([here.next(), beside.next()]).toEqual([undefined, undefined]);
});
