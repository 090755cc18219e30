import type { Card } from './card.ts';

const ordered = (card: Card, group: string) => {
  if (card.top !== undefined)
    return ` ORDER BY ${card.y} DESC, ${group} LIMIT ${card.top}`;
  return ` ORDER BY ${group}`;
};

/**
 * The SELECT of a card that is drawn over a table: `y` summed for each `x` (and
 * series), or the rows as they are for points and tables.
 */
export const cardSql = (card: Card): string => {
  const { chart, table, x, y, series, label } = card;
  if (chart === 'table') return `SELECT * FROM ${table}`;
  if (chart === 'scalar') return `SELECT sum(${y}) AS ${y} FROM ${table}`;
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
