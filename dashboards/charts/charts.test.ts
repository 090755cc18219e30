import type { Card } from '../../core/card.ts';
import { cardOption } from '../cardOption.ts';
import type { CardRows } from '../cardRows.ts';
import { loadGeography } from '../picture/loadGeography.ts';
import { LIGHT } from '../theme.ts';

const rowsOf = (
  columns: Readonly<Record<string, string>>,
  ...rows: unknown[][]
): CardRows => ({
  columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
  rows,
});

/** The series of a card over rows of `x`, `y` and `s`. */
const draw = async (look: Partial<Card>, rows: CardRows) => {
  const drawn = cardOption(
    {
      card: {
        title: 'C',
        chart: 'line',
        x: 'x',
        y: 'y',
        ...look,
        sql: { file: 'f', text: '' },
      },
      rows,
      theme: LIGHT,
      geography: await loadGeography(),
      width: 500,
    },
    300,
  );
  return { ...drawn, series: drawn.option.series as Record<string, unknown>[] };
};

test('exact texts of numbers are drawn, and NULL is a gap and not 0', async () => {
  const rows = rowsOf(
    { x: 'DATE', y: 'DECIMAL(18,2)' },
    ...[
      ['2024-01-01', '1.50'],
      ['2024-01-02', null],
      ['2024-01-03', '0.00'],
    ],
  );
  const { series } = await draw({}, rows);
  expect(series[0]?.data).toEqual([
    ['2024-01-01T00:00:00Z', 1.5],
    ['2024-01-02T00:00:00Z', null],
    ['2024-01-03T00:00:00Z', 0],
  ]);
});

test('of many series the greatest stay, the others are added up', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const rows = rowsOf(
    { x: 'DATE', s: 'VARCHAR', y: 'BIGINT' },
    ...names.map((name, i) => ['2024-01-01', name, String(i + 1)]),
  );
  const { series } = await draw({ series: 's' }, rows);
  expect(series.map(({ name }) => name)).toEqual([
    'i',
    'h',
    'g',
    'f',
    'e',
    'd',
    'Other',
  ]);
  expect(series.at(-1)?.data).toEqual([['2024-01-01T00:00:00Z', 1 + 2 + 3]]);
});

test('a pie is whole: what is left over is in it', async () => {
  const parts = Array.from({ length: 12 }, (_, i) => [`p${i}`, i]);
  const { series } = await draw(
    { chart: 'pie' },
    rowsOf({ x: 'VARCHAR', y: 'BIGINT' }, ...parts),
  );
  const data = series[0]?.data as { name: string; value: number }[];
  expect(data).toHaveLength(7);
  expect(data.reduce((sum, { value }) => sum + value, 0)).toBe(66);
});

test('what is no state is counted beside the map, not lost', async () => {
  const { series, note } = await draw(
    { chart: 'map', map: 'states' },
    rowsOf({ x: 'VARCHAR', y: 'BIGINT' }, ['CA', 90], ['GU', 7], [null, 3]),
  );
  expect(series[0]?.data).toEqual([{ name: 'CA', value: 90 }]);
  expect(note).toBe('10 in 2 places off this map');
});

test('all states and DC have a shape, by their codes', async () => {
  const { features } = (await loadGeography()).states;
  const names = features.map(({ properties }) => properties.name);
  expect(new Set(names).size).toBe(51);
  expect(names).toEqual(expect.arrayContaining(['AK', 'DC', 'HI', 'WY']));
});

test('points have land beneath them, and only what is near', async () => {
  const { map, series } = await draw(
    { chart: 'map', map: 'points' },
    rowsOf({ x: 'DOUBLE', y: 'DOUBLE' }, [-87.6, 41.9], [null, 41.8]),
  );
  expect(series[0]?.data).toEqual([[-87.6, 41.9]]);
  expect(map?.geoJson).toMatchObject({
    features: [{ properties: { name: 'Cook' } }],
  });
});
