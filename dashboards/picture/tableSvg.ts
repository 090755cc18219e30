import type { PlanCard } from '../../core/plan.ts';
import { type CardRows, words } from '../cardRows.ts';
import { formatDay, formatNumber } from '../format.ts';
import type { Theme } from '../theme.ts';
import { svgText, widthOf } from './svgText.ts';

const LINE = 26;
const GAP = 20;
const SIZE = 12.5;
/** Of the width: a long text must not push the others out. */
const MOST = 0.5;

const isNumber = (type: string) =>
  /INT|DECIMAL|DOUBLE|FLOAT/.test(type) && !type.includes('[');

const cellText = (
  value: unknown,
  type: string,
  card: PlanCard,
  name: string,
) => {
  if (value === null || value === undefined) return '–';
  if (type === 'DATE') return formatDay(value);
  // A year is no amount.
  if (!isNumber(type) || /(^|_)(year|id)$/.test(name)) return String(value);
  return formatNumber(Number(value), name === card.y ? card : {});
};

/** Rows with a header, as many as there is room for. */
export const tableSvg = (
  card: PlanCard,
  { columns, rows }: CardRows,
  theme: Theme,
  width: number,
  height: number,
): string => {
  const shown = rows.slice(0, Math.floor((height - LINE) / LINE));
  const look = { size: SIZE, color: theme.text };
  const head = { size: SIZE, color: theme.quiet, bold: true };
  const texts = columns.map(({ name, type }, i) =>
    shown.map((row) => cellText(row[i], type, card, name)),
  );
  const wanted = columns.map(({ name }, i) =>
    Math.min(
      width * MOST,
      Math.max(
        widthOf(words(name), head),
        ...(texts[i] ?? []).map((text) => widthOf(text, look)),
      ),
    ),
  );
  const room = width - GAP * (columns.length - 1);
  const scale = room / wanted.reduce((sum, w) => sum + w, 0);
  const parts: string[] = [];
  let x = 0;
  for (const [i, { name, type }] of columns.entries()) {
    const own = Math.floor((wanted[i] ?? 0) * scale);
    const [at, anchor] = isNumber(type)
      ? ([x + own, 'end'] as const)
      : ([x, 'start'] as const);
    parts.push(svgText(words(name), [at, 16], { ...head, anchor }, own));
    for (const [line, text] of (texts[i] ?? []).entries())
      parts.push(
        svgText(text, [at, 16 + LINE * (line + 1)], { ...look, anchor }, own),
      );
    x += own + GAP;
  }
  const rules = [...shown.keys()].map(
    (line) =>
      `<line x1="0" x2="${width}" y1="${LINE * (line + 1) - 2}" ` +
      `y2="${LINE * (line + 1) - 2}" stroke="${theme.grid}"/>`,
  );
  return [...rules, ...parts].join('\n');
};
