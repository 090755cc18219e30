import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './context.ts';
import { testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const lake = () => join(folder(), 'lake');
const PICTURES = join(ROOT, 'docs', 'pictures', 'dashboards');

const render = async (out: string, ...args: string[]) => {
  const to = join(folder(), out);
  const ended = await tributary([
    ...['render', ...args, '--lake', lake(), '--out', to],
  ]);
  return { ...ended, to };
};

const read = (to: string, file: string) => readFile(join(to, file), 'utf8');

beforeAll(async () => {
  const { code } = await tributary(['run', '--lake', lake()]);
  expect(code).toBe(0);
});

test('each dashboard is drawn, as the documents show it', async () => {
  const { code, to } = await render('all');
  expect(code).toBe(0);
  const shown = (await readdir(PICTURES)).sort();
  const drawn = (await readdir(to)).filter((file) => file.endsWith('.svg'));
  expect(drawn.sort()).toEqual(shown);
  expect(drawn).toHaveLength(5);
  for (const file of shown) {
    // Where this fails: npm run pictures
    const isSame = (await read(to, file)) === (await read(PICTURES, file));
    expect({ file, isSame }).toEqual({ file, isSame: true });
    const png = await readFile(join(to, file.replace('.svg', '.png')));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  }
});

const scalars = (svg: string) =>
  [...svg.matchAll(/font-size="40"[^>]*>([^<]*)</g)].map(([, text]) => text);

test('a filter narrows every card over its tables', async () => {
  const { code, to } = await render(
    ...(['narrow', 'crime', '--filter', 'type=THEFT'] as const),
  );
  expect(code).toBe(0);
  const svg = await read(to, 'crime.svg');
  expect(svg).toContain('THEFT');
  expect(svg).not.toContain('BATTERY');
  const { stdout } = await tributary([
    ...['sql', '--format', 'csv', '--lake', lake()],
    'SELECT count(*) FILTER (WHERE NOT arrest) AS n, ' +
      'round(100 * avg(CASE WHEN arrest THEN 0 ELSE 1 END), 1) AS share, ' +
      "max(occurred_at)::DATE AS latest FROM crime.crime_reported WHERE primary_type = 'THEFT'",
  ]);
  const [n, share] = stdout.split('\n')[1]?.split(',') ?? [];
  expect(scalars(svg).slice(0, 2)).toEqual([n, `${share}%`]);
});

test('days that nothing is of leave no rows, and no error', async () => {
  const { code, to } = await render(
    ...([
      'none',
      'songs',
      '--filter',
      'played=1999-01-01..1999-12-31',
    ] as const),
  );
  expect(code).toBe(0);
  const svg = await read(to, 'songs.svg');
  expect(scalars(svg)).toEqual(['0', '0', '–']);
  expect(svg).toContain('>No rows<');
});

test.each([
  [
    ['crime', '--filter', 'kind=x'],
    'sets no filter of crime, which has occurred=…, type=…',
  ],
  [['crime', '--filter', 'occurred=yesterday'], 'filter occurred takes days'],
  [
    ['crime', '--filter', 'occurred=2024-02-30..'],
    '"2024-02-30" is not a date',
  ],
  [['crimes'], 'did you mean "crime"?'],
])('render %j is refused', async (args, message) => {
  const { code, stderr } = await render('refused', ...args);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test('where nothing is published, it says what to do', async () => {
  const ended = await tributary([
    ...['render', 'loans', '--lake', join(folder(), 'empty')],
    ...['--out', join(folder(), 'empty-out')],
  ]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('tributary run loans');
});
