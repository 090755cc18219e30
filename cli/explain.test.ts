import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localDefinitions } from '../platform/local/localDefinitions.ts';
import { DEFAULT_PIPELINES, ROOT } from './context.ts';
import { allPictures } from './pictures/pictures.ts';
import { testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();

test('lineage as text, from source columns to cards', async () => {
  const { code, stdout, stderr } = await tributary(['explain', 'crime']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.split('\n');
  for (const line of [
    'crime: Chicago crimes without an arrest',
    '  unsolved_by_month from crime_reported',
    '    month         ← crime_reported.occurred_at  ← reported.occurred_at  (computed)',
    '    crimes        ← a count of rows',
    '    rows: by crime_reported.arrest (filter), crime_reported.occurred_at (group), crime_reported.primary_type (group)',
    '  Share without an arrest from crime_reported',
  ])
    expect(lines).toContain(line);
});

test('lineage as JSON has each step and its origins', async () => {
  const { stdout } = await tributary(['explain', 'banks', '--json']);
  const { relations } = JSON.parse(stdout);
  const scorecard = relations.find(
    ({ name }: { name: string }) => name === 'bank_scorecard',
  );
  expect(scorecard.columns).toContainEqual({
    column: 'free_services',
    derivation: 'aggregated',
    from: [
      { relation: 'fact_tariffs', column: 'free' },
      { relation: 'dim_bank', column: 'cnpj' },
    ],
    origins: [
      { relation: 'tariffs', column: 'maximum_value' },
      { relation: 'ranking', column: 'cnpj' },
    ],
  });
  expect(scorecard.rowOrigins).toContainEqual({
    relation: 'ranking',
    column: 'quarter',
  });
});

test('lineage as a picture, the same one that the documents have', async () => {
  const file = join(folder(), 'crime.svg');
  const { code } = await tributary(['explain', 'crime', '--svg', file]);
  expect(code).toBe(0);
  const kept = join(ROOT, 'docs/pictures/crime.svg');
  expect(await readFile(file, 'utf8')).toBe(await readFile(kept, 'utf8'));
});

test('the pictures of the documents are up to date: npm run pictures', async () => {
  const made = await allPictures(localDefinitions(DEFAULT_PIPELINES));
  const stale: string[] = [];
  for (const [name, text] of Object.entries(made)) {
    const path = join(ROOT, 'docs/pictures', name);
    const kept = await readFile(path, 'utf8').catch(() => '');
    if (kept.replaceAll('\r\n', '\n') !== text) stale.push(name);
  }
  expect(Object.keys(made).length).toBeGreaterThan(3);
  expect(stale).toEqual([]);
});

test.each([
  ['no pipeline', ['nothing'], /^UsageError: there is no pipeline "nothing"/],
  [
    'no folder',
    ['loans', '--svg', join('no', 'x.svg')],
    /^UsageError: there is no folder no\n/,
  ],
])('%s is told', async (_, args, said) => {
  expect(await tributary(['explain', ...args])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(said),
  });
});
