import type { Card } from '../core/card.ts';
import type { PlanCard } from '../core/plan.ts';
import { GAP, placeCards } from './layout.ts';

const card = (look: Partial<Card>): PlanCard => ({
  title: 'C',
  chart: 'bar',
  ...look,
  sql: { file: 'f', text: '' },
});
const scalar = card({ chart: 'scalar' });
const widths = (cards: readonly PlanCard[]) =>
  placeCards(cards, 1000).places.map(({ width }) => width);

test.each<[string, PlanCard[], number[]]>([
  ['two halves', [card({}), card({})], [492, 492]],
  ['one half grows', [card({})], [1000]],
  ['a full one stands alone', [card({}), card({ size: 'full' })], [1000, 1000]],
  ['two numbers grow', [scalar, scalar], [492, 492]],
  [
    'three thirds',
    [1, 2, 3].map(() => card({ size: 'third' })),
    [322, 322, 324],
  ],
  ['a number is not beside a chart', [scalar, card({})], [1000, 1000]],
])('%s', (_, cards, expected) => {
  expect(widths(cards)).toEqual(expected);
});

test('no two cards overlap, and all are within the width', () => {
  const sizes = ['quarter', 'third', 'half', 'full'] as const;
  const cards = Array.from({ length: 20 }, (_, i) =>
    card({
      size: sizes[(i * 7) % 4] ?? 'full',
      top: i + 1,
      chart: i % 3 ? 'row' : 'map',
    }),
  );
  const { places, height } = placeCards(cards, 777);
  for (const [i, a] of places.entries()) {
    expect(a.x + a.width).toBeLessThanOrEqual(777);
    expect(a.y + a.height).toBeLessThanOrEqual(height);
    for (const b of places.slice(i + 1))
      expect(
        a.x + a.width + GAP <= b.x ||
          b.x + b.width + GAP <= a.x ||
          a.y + a.height + GAP <= b.y,
      ).toBe(true);
  }
});

test('many rows have room', () => {
  const [few] = placeCards([card({ chart: 'row', top: 5 })], 500).places;
  const [many] = placeCards([card({ chart: 'row', top: 40 })], 500).places;
  expect(many?.height).toBeGreaterThan((few?.height ?? 0) * 2);
});
