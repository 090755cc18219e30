import type { Size } from '../core/card.ts';
import type { PlanCard } from '../core/plan.ts';

/** Where a card is, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Twelfths of the width. */
export const SHARE: Readonly<Record<Size, number>> = {
  quarter: 3,
  third: 4,
  half: 6,
  full: 12,
};

export const GAP = 16;
const SCALAR = 128;
const CHART = 380;
const MAP = 440;

export const sizeOf = ({ size, chart }: PlanCard): Size =>
  size ?? (chart === 'scalar' ? 'quarter' : 'half');

const heightOf = ({ chart, top = 0 }: PlanCard) => {
  if (chart === 'scalar') return SCALAR;
  if (chart === 'map') return MAP;
  // Title and edges, then a line each; a table has a header, too.
  if (chart === 'row') return Math.max(CHART, 80 + 22 * top);
  return chart === 'table' && top > 0 ? 84 + 26 * (top + 1) : CHART;
};

/** Cards in their order, as many to a line as it has room for. */
export const cardLines = (cards: readonly PlanCard[]): PlanCard[][] => {
  const lines: PlanCard[][] = [];
  let left = 0;
  for (const card of cards) {
    const share = SHARE[sizeOf(card)];
    const line = lines.at(-1);
    // A number beside a chart would stand in a tall, empty box.
    const fits = line?.every(
      (c) => (c.chart === 'scalar') === (card.chart === 'scalar'),
    );
    if (line && fits && share <= left) line.push(card);
    else {
      lines.push([card]);
      left = 12;
    }
    left -= share;
  }
  return lines;
};

/**
 * Places cards below one another, `width` pixels wide. A line that is not full
 * is stretched.
 */
export const placeCards = (
  cards: readonly PlanCard[],
  width: number,
): { readonly places: readonly Place[]; readonly height: number } => {
  const places: Place[] = [];
  let y = 0;
  for (const line of cardLines(cards)) {
    const height = Math.max(...line.map(heightOf));
    const room = width - GAP * (line.length - 1);
    const shares = line.reduce((sum, card) => sum + SHARE[sizeOf(card)], 0);
    let x = 0;
    for (const [i, card] of line.entries()) {
      // The last one takes what rounding left.
      const own =
        i === line.length - 1
          ? width - x
          : Math.floor((room * SHARE[sizeOf(card)]) / shares);
      places.push({ x, y, width: own, height });
      x += own + GAP;
    }
    y += height + GAP;
  }
  return { places, height: Math.max(0, y - GAP) };
};
