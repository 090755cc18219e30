import type { Card } from './card.ts';

const ordered = (card: Card, group: string) => {
  if (card.top !== undefined)
    return ` ORDER BY ${card.y} DESC NULLS LAST, ${group} LIMIT ${card.top}`;
  return ` ORDER BY ${group}`;
};

/** Sorted by all that it shows, so that the same rows come in the same order. */
const tableSql = ({ table, columns = [], y, top }: Card) => {
  const order = [...(y ? [`${y} DESC`] : []), ...columns.filter((c) => c !== y)]
    .map((column) => `${column} NULLS LAST`)
    .join(', ');
  return (
    `SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order}` +
    (top === undefined ? '' : ` LIMIT ${top}`)
  );
};

/**
 * The SELECT of a card that is drawn over a table: `y` summed for each `x` (and
 * series), or the rows as they are for points and tables.
 */
export const cardSql = (card: Card): string => {
  const { chart, table, x, y, series, label } = card;
  if (chart === 'table') return tableSql(card);
  if (chart === 'scalar') {
    const whole = card.format === 'date' ? 'max' : 'sum';
    return `SELECT ${whole}(${y}) AS ${y} FROM ${table}`;
  }
  if (chart === 'scatter' || card.map === 'points') {
    const columns = [label, x, y].filter(Boolean).join(', ');
    return (
      `SELECT ${columns} FROM ${table} ` +
      `WHERE ${x} IS NOT NULL AND ${y} IS NOT NULL`
    );
  }
  const group = [x, series].filter(Boolean).join(', ');
  return (
    `SELECT ${group}, sum(${y}) AS ${y} FROM ${table} ` +
    `GROUP BY ${group}${ordered(card, group)}`
  );
};
