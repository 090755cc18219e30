import type { Card, Chart } from '../../core/card.ts';
import type { PlanCard } from '../../core/plan.ts';
import type { CardRows } from '../cardRows.ts';
import type { Geography } from '../geography.ts';
import { DARK, LIGHT } from '../theme.ts';
import { dashboardSvg } from './dashboardSvg.ts';
import { loadGeography } from './loadGeography.ts';
import { svgToPng } from './svgToPng.ts';

const HOSTILE = `<script>alert("1")</script> & 'é' \u0007]]>`;

const card = (chart: Chart, look: Partial<Card> = {}): PlanCard => ({
  title: `${chart} ${HOSTILE}`,
  description: HOSTILE,
  chart,
  x: 'x',
  y: 'y',
  ...look,
  sql: { file: 'f', text: '' },
});

const rowsOf = (x: string, ...values: unknown[]): CardRows => ({
  columns: [
    { name: 'x', type: x },
    { name: 'y', type: 'BIGINT' },
    { name: 's', type: 'VARCHAR' },
  ],
  rows: values.map((value, i) => [value, String(i * 10), HOSTILE + i]),
});

const names = rowsOf('VARCHAR', HOSTILE, 'b', null, 'CA', 'TX');
const days = rowsOf('DATE', '2024-01-01', '2024-01-02', '2024-01-05');
const places = rowsOf('DOUBLE', -87.6, -87.7, -87.65);

const all: [PlanCard, CardRows][] = [
  [card('scalar'), names],
  [card('bar', { series: 's' }), names],
  [card('row'), names],
  [card('line'), days],
  [card('area', { series: 's' }), days],
  [card('scatter', { label: 's' }), places],
  [card('pie'), names],
  [card('map', { map: 'states' }), names],
  [card('map', { map: 'points' }), places],
  [card('table'), names],
];

let geography: Geography;
beforeAll(async () => {
  geography = await loadGeography();
});

const draw = (cards: [PlanCard, CardRows][], theme = LIGHT) =>
  dashboardSvg({
    plan: {
      pipeline: 'p',
      title: HOSTILE,
      description: HOSTILE,
      dashboard: cards.map(([one]) => one),
    },
    rows: cards.map(([, rows]) => rows),
    remark: HOSTILE,
    geography,
    theme,
  });

const texts = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);

test.each(all.map(([one, rows]) => [one.map ?? one.chart, one, rows] as const))(
  '%s: rows of any text give a sound picture',
  (_, one, rows) => {
    const svg = draw([[one, rows]]);
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0007');
    // The reader of PNG takes sound XML alone.
    const png = svgToPng(svg);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(2400);
  },
);

test.each(all.map(([one]) => [one.map ?? one.chart, one] as const))(
  '%s: no rows are no error',
  (_, one) => {
    const svg = draw([[one, { ...names, rows: [] }]]);
    expect(texts(svg)).toContain(one.chart === 'scalar' ? '–' : 'No rows');
  },
);

test('the same rows give the same bytes, whatever was drawn before', () => {
  const first = draw(all);
  draw(all.toReversed(), DARK);
  expect(draw(all)).toBe(first);
  expect(svgToPng(first).equals(svgToPng(draw(all)))).toBe(true);
});

test('other rows give another picture', () => {
  const more = { ...names, rows: names.rows.slice(1) };
  for (const [one, rows] of all.filter(([, r]) => r === names).slice(1))
    expect(draw([[one, rows]])).not.toBe(draw([[one, more]]));
});

test('ids and classes of two charts do not meet', () => {
  const svg = draw([
    [card('line'), days],
    [card('line', { title: 'other' }), days],
  ]);
  const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(svg).not.toMatch(/\bzr\d/);
});

test('a table is shown with its numbers written out', () => {
  const rows: CardRows = {
    columns: [
      { name: 'bank_name', type: 'VARCHAR' },
      { name: 'amount', type: 'DECIMAL(18,2)' },
      { name: 'since', type: 'DATE' },
    ],
    rows: [
      ['A', '1234567.50', '2022-09-30'],
      [null, null, null],
    ],
  };
  expect(
    texts(draw([[card('table', { title: 'T' }), rows]])).slice(-9),
  ).toEqual([
    'Bank name',
    'A',
    '–',
    'Amount',
    '1,234,567.5',
    '–',
    'Since',
    '30 Sep 2022',
    '–',
  ]);
});
