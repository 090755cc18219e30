import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, exitCodeOf } from '../cli/context.ts';
import type { Reject } from '../engine/decode/decoded.ts';
import type { Manifest } from '../functions/fetch/manifest.ts';
import {
  both,
  type Damage,
  edit,
  editAll,
  editBody,
  editRows,
  put,
  remove,
} from './support/damage.ts';
import { type LakeRun, type TestLake, testLakes } from './support/testLake.ts';

const newLake = testLakes();

/** What of a run's input is in the lake, by the paths it came under. */
const landed = async ({ platform, lake }: TestLake, run: string) => {
  const keys = (await platform.store.list('landing/')).filter((key) =>
    key.includes(`/run=${run}/`),
  );
  const bodies = await Promise.all(
    keys.map((key) => readFile(join(lake, key))),
  );
  return new Map(
    keys.map((key, i) => [key.replace(/.*\/run=[^/]+\//, ''), bodies[i]]),
  );
};

const rejectsOf = async (
  { platform }: TestLake,
  { ledger }: LakeRun,
  source: string,
): Promise<Reject[]> => {
  const body = await platform.store.read(
    `quarantine/${ledger?.pipeline}/${source}/date=${ledger?.date}/` +
      `run=${ledger?.run}/rejects.ndjson`,
  );
  return (body ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Reject);
};

const column = (at: number, change: (field: string, line: number) => string) =>
  editRows((fields, line) =>
    fields.map((field, i) => (i === at ? change(field, line) : field)),
  );
const without = (at: number) => editRows((fields) => fields.toSpliced(at, 1));

interface FailingCase {
  readonly what: string;
  readonly damage: Damage;
  /** All of the message, or what it must hold. */
  readonly says: string | RegExp;
  readonly error?: string;
  /** A path whose bytes must be in landing; default: none is looked for. */
  readonly landed?: string;
  /** Rejected records by source: how many, and the first. */
  readonly rejects?: readonly [source: string, count: number, first: object];
}

const LOANS = 'pipeline loans, source loan, file loan.csv';
const HEADER =
  'Found: "Customer_ID", "Age", "Gender", "Occupation", "Marital Status", ' +
  '"Family Size", "Income", "Expenditure", "Use Frequency", ' +
  '"loan_category", "Loan Amount", "Overdue", "Debt Record", ' +
  '"Returned Cheque", "Dishonour of Bill"';

const loans: FailingCase[] = [
  {
    what: 'a column is missing',
    damage: edit('loan.csv', without(1)),
    says: `${LOANS}, column Age: column "Age" is missing. ${HEADER.replace('"Age", ', '')}`,
    landed: 'loan.csv',
  },
  {
    what: 'a column is renamed',
    damage: edit('loan.csv', (text) => text.replace('Age', 'Ages')),
    says:
      `${LOANS}, column Age: column "Age" is missing (renamed to "Ages"?); ` +
      `column "Ages" is not declared: add to the source's columns, or to ` +
      `\`unused\`. ${HEADER.replace('"Age"', '"Ages"')}`,
    landed: 'loan.csv',
  },
  {
    what: 'a column is added',
    damage: edit(
      'loan.csv',
      editRows((fields, line) => [...fields, line === 1 ? 'Branch' : 'x']),
    ),
    says:
      `${LOANS}, column Branch: column "Branch" is not declared: add to the ` +
      `source's columns, or to \`unused\`. ${HEADER}, "Branch"`,
    landed: 'loan.csv',
  },
  {
    what: 'a column is of another type',
    damage: edit(
      'loan.csv',
      column(1, (age, line) => (line === 1 ? age : `${age} years`)),
    ),
    says: /^pipeline loans, source loan, file loan\.csv, line 2, column age: \d+ of 120 records do not decode, more than the share of 0\.5 that is allowed; the first: age: "\d+ years" is not an int$/,
    landed: 'loan.csv',
    rejects: ['loan', 120, { path: 'loan.csv', line: 2, column: 'age' }],
  },
  {
    what: 'it is in another encoding',
    damage: edit('loan.csv', (text) => text.replace('NURSE', 'NURS\xc9')),
    says: new RegExp(
      `^${LOANS}, line \\d+: the text is not UTF-8: declare its encoding, such as windows-1252$`,
    ),
    landed: 'loan.csv',
  },
  {
    what: 'it is in UTF-16',
    damage: async (folder) => {
      const file = join(folder, 'loan.csv');
      const text = await readFile(file, 'utf8');
      await put('loan.csv', Buffer.from(`\uFEFF${text}`, 'utf16le'))(folder);
    },
    says: `${LOANS}, line 1: the text is not UTF-8: declare its encoding, such as windows-1252`,
    landed: 'loan.csv',
  },
  {
    what: 'it has another separator',
    damage: edit('loan.csv', (text) => text.replaceAll(',', ';')),
    says: /^pipeline loans, source loan, file loan\.csv, column Customer_ID: column "Customer_ID" is missing .*Found: "Customer_ID;Age;/,
    landed: 'loan.csv',
  },
  {
    what: 'a quote is never closed',
    damage: edit('loan.csv', (text) => text.replace(/0(\r?\nLN20013)/, '"0$1')),
    says: new RegExp(
      `^${LOANS}, line 5: a quote opens here that is never closed, or closed ` +
        'in the wrong place: it takes in records that follow$',
    ),
    landed: 'loan.csv',
  },
  {
    what: 'it has no header',
    damage: edit('loan.csv', (text) => text.slice(text.indexOf('\n') + 1)),
    says: new RegExp(`^${LOANS}, column Customer_ID: column "Customer_ID" is`),
    landed: 'loan.csv',
  },
  {
    what: 'it is empty',
    damage: put('loan.csv', ''),
    says: `${LOANS}: the file is empty: not even a header`,
  },
  {
    what: 'it is a header alone',
    damage: edit(
      'loan.csv',
      editBody(() => ''),
    ),
    says: 'pipeline loans, table loan: nothing was published: loan: check "row count" found 1 bad row (0 rows, expected at least 1); loans_by_category: check "row count" found 1 bad row (0 rows, expected at least 1)',
    error: 'CheckError',
    landed: 'loan.csv',
  },
  {
    what: 'it is a picture',
    damage: put('loan.csv', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1')),
    says: `${LOANS}, line 1: the text is not UTF-8: declare its encoding, such as windows-1252`,
    landed: 'loan.csv',
  },
  {
    what: 'the folder holds no such file',
    damage: remove('loan.csv'),
    says: /^pipeline loans, source loan: no file matches loan\.csv in .*loans$/,
  },
  {
    what: 'there is no folder',
    damage: remove('.'),
    says: /^pipeline loans, source loan: no file matches loan\.csv in .*loans$/,
  },
];

const A = 'crimes_2001_to_present_sample_a.csv';
const B = 'crimes_2001_to_present_sample_b.csv';
const crime: FailingCase[] = [
  {
    what: 'a column is missing in one of two files',
    damage: edit(B, without(8)),
    says: new RegExp(
      `^pipeline crime, source reported, file ${B}, column Arrest: column "Arrest" is missing\\. Found: "ID", `,
    ),
    landed: B,
  },
  {
    what: 'a column is renamed in one of two files',
    damage: edit(A, (text) => text.replace('Updated On', 'Update On')),
    says: new RegExp(
      `^pipeline crime, source reported, file ${A}, column Updated On: column "Updated On" is missing \\(renamed to "Update On"\\?\\)`,
    ),
    landed: A,
  },
  {
    what: 'dates are of another form',
    damage: async (folder) => {
      const iso = (text: string) =>
        text.replace(/(\d\d)\/(\d\d)\/(\d{4}) /g, '$3-$1-$2 ');
      await both(edit(A, iso), edit(B, iso))(folder);
    },
    says: new RegExp(
      `^pipeline crime, source reported, file ${A}, line \\d+, column occurred_at: \\d+ of 667 records do not decode, .* the first: occurred_at: ".*" is not a timestamp$`,
    ),
    landed: A,
    rejects: ['reported', 667, { path: A }],
  },
  {
    what: 'one of two files is empty',
    damage: put(A, ''),
    says: `pipeline crime, source reported, file ${A}: the file is empty: not even a header`,
  },
  {
    what: 'no file is left',
    damage: both(remove(A), remove(B)),
    says: /source reported: no file matches crimes_2001_to_present_sample_\*\.csv in /,
  },
];

const QUARTER = 'ranking/2021_tri_01.csv';
const PAGE = 'tariffs/36321990.json';
const banks: FailingCase[] = [
  {
    what: 'a file is in UTF-8',
    damage: async (folder) => {
      const text = await readFile(join(folder, QUARTER), 'latin1');
      await put(QUARTER, text)(folder);
    },
    says: `pipeline banks, source ranking, file ${QUARTER}: the text is UTF-8, but the source declares windows-1252`,
    landed: QUARTER,
  },
  {
    what: 'a column is missing in one quarter',
    damage: edit(QUARTER, (text) => text.replace('Categoria;', 'Grupo;')),
    says: new RegExp(
      `^pipeline banks, source ranking, file ${QUARTER}, column Categoria: column "Categoria" is missing \\(renamed to "Grupo"\\?\\); column "Grupo" is not declared`,
    ),
    landed: QUARTER,
  },
  {
    what: 'a row stands there twice',
    damage: edit(
      QUARTER,
      editBody((rows) => rows + rows.slice(0, rows.indexOf('\n') + 1)),
    ),
    says: /^pipeline banks, table fact_complaints: nothing was published: fact_complaints: check "unique bank_id, quarter_id, category_id" found 1 bad row \(bank_id=\S+ quarter_id=2021Q1 category_id=.* occurrences=2\)/,
    error: 'CheckError',
    landed: QUARTER,
  },
  {
    what: 'a page is an error in HTML',
    damage: put(PAGE, '<html><body>Service Unavailable</body></html>'),
    says: `pipeline banks, source tariffs, file ${PAGE}, line 1: the page is not JSON`,
    landed: 'pack-0.bin',
  },
  {
    what: 'a page is an error in JSON',
    damage: put(PAGE, '{"error": {"code": 429}}'),
    says: `pipeline banks, source tariffs, file ${PAGE}, line 1, column value: the page has no list "value": is it an error page?`,
    landed: 'pack-0.bin',
  },
  {
    what: 'a page is cut',
    damage: edit(PAGE, (text) => text.slice(0, -40)),
    says: `pipeline banks, source tariffs, file ${PAGE}, line 1: the page is not JSON`,
    landed: 'pack-0.bin',
  },
  {
    what: 'a page has a member that nobody declared',
    damage: edit(PAGE, (text) =>
      text.replace('"TipoValor"', '"Moeda": "BRL", "TipoValor"'),
    ),
    says: new RegExp(
      `^pipeline banks, source tariffs, file ${PAGE}, column Moeda: column "Moeda" is not declared`,
    ),
    landed: 'pack-0.bin',
  },
  {
    what: 'a member is renamed on every page',
    damage: editAll('tariffs', (text) =>
      text.replaceAll('ValorMaximo', 'ValorMax'),
    ),
    says: /^pipeline banks, source tariffs, file tariffs\/\d+\.json, column ValorMaximo: column "ValorMaximo" is missing \(renamed to "ValorMax"\?\)/,
    landed: 'pack-0.bin',
  },
  {
    what: 'there is no folder of pages',
    damage: remove('tariffs'),
    says: /^pipeline banks, source tariffs: no file matches tariffs\/\*\.json in /,
  },
];

const SONG = 'song_data/A/A/G/TRAAGCI128F003BF4C.json';
const DAY = 'log_data/2018/10/2018-10-03-events.json';
const songs: FailingCase[] = [
  {
    what: 'a song file is empty',
    damage: put(SONG, ''),
    says: `pipeline songs, source song_data, file ${SONG}: the file is empty: it holds no record`,
  },
  {
    what: 'a song file is in another encoding',
    damage: edit(SONG, (text) => text.replace('Harbour', 'H\xe4fen')),
    says: `pipeline songs, source song_data, file ${SONG}, line 1: the text is not UTF-8: declare its encoding, such as windows-1252`,
    landed: 'pack-0.bin',
  },
  {
    what: 'a song has a member that nobody declared',
    damage: edit(SONG, (text) => text.replace('{', '{"genre":"Folk",')),
    says: new RegExp(
      `^pipeline songs, source song_data, file ${SONG}, column genre: column "genre" is not declared`,
    ),
    landed: 'pack-0.bin',
  },
  {
    what: 'a member is renamed in every event',
    damage: editAll('log_data', (text) =>
      text.replaceAll('"sessionId"', '"session"'),
    ),
    says: /^pipeline songs, source log_data, file log_data\/\S+, column sessionId: column "sessionId" is missing \(renamed to "session"\?\)/,
    landed: DAY,
  },
  {
    what: 'a member is of another type',
    damage: editAll('log_data', (text) =>
      text.replace(/"ts":(\d+)/g, '"ts":"at $1"'),
    ),
    says: /^pipeline songs, source log_data, file log_data\/2018\/10\/2018-10-01-events\.json, line 1, column start_time: \d+ of 320 records do not decode, .* the first: start_time: "at 1538384379346" is not a timestamp$/,
    landed: DAY,
    rejects: [
      'log_data',
      320,
      {
        path: 'log_data/2018/10/2018-10-01-events.json',
        line: 1,
        reason: 'start_time: "at 1538384379346" is not a timestamp',
      },
    ],
  },
  {
    what: 'events are there twice',
    damage: edit(DAY, (text) => text + text),
    says: /^pipeline songs, table songplays: nothing was published: songplays: check "unique songplay_id" found \d+ bad rows \(songplay_id=\S+ occurrences=2;/,
    error: 'CheckError',
    landed: DAY,
  },
  {
    what: 'there are no events',
    damage: remove('log_data'),
    says: /^pipeline songs, source log_data: no file matches log_data\/2018\/10\/\*\.json in /,
  },
];

const LABELS = 'I94_SAS_Labels_Descriptions.SAS';
const COUNTRIES = `pipeline arrivals, source countries, file ${LABELS}`;
const arrivals: FailingCase[] = [
  {
    what: 'a line of a value list is no entry',
    damage: edit(LABELS, (text) =>
      text.replace("101 =  'ALBANIA'", '101 : ALBANIA'),
    ),
    says: `${COUNTRIES}, line 12: the value list "i94cntyl" holds a line that is not code = 'label': 101 : ALBANIA`,
    landed: LABELS,
  },
  {
    what: 'a value list is gone',
    damage: edit(LABELS, (text) =>
      text.replace('value i94cntyl', 'value i94country'),
    ),
    says: `${COUNTRIES}: there is no value list "i94cntyl": neither "value i94cntyl" nor a comment that begins with it`,
  },
  {
    what: 'a value list has no end',
    damage: edit(LABELS, (text) => {
      const [before, after = ''] = text.split('/* I94VISA');
      return `${before}/* I94VISA${after.slice(0, after.indexOf('*/'))}`;
    }),
    says: `pipeline arrivals, source visas, file ${LABELS}, line 1046: the value list "I94VISA" has no end`,
  },
];

describe.each([
  ['loans', loans, '2022-09-30'],
  ['crime', crime, '2025-05-31'],
  ['banks', banks, '2021-12-31'],
  ['songs', songs, '2018-10'],
  ['arrivals', arrivals, '2016-04'],
] as const)('%s is published, then', (pipeline, cases, date) => {
  let lake: TestLake;
  let before: unknown;
  beforeAll(async () => {
    lake = await newLake();
    const { ledger } = await lake.run(pipeline);
    expect(ledger?.outcome).toBe('published');
    before = await lake.platform.catalog.read(pipeline);
  });

  test.each(cases)('$what', async (one) => {
    let damaged = '';
    const result = await lake.run(
      pipeline,
      async (folder) => {
        damaged = folder;
        await one.damage(folder);
      },
      date,
    );

    expect(result.error?.name).toBe(one.error ?? 'SourceError');
    if (typeof one.says === 'string')
      expect(result.error?.message).toBe(one.says);
    else expect(result.error?.message).toMatch(one.says);
    expect(exitCodeOf(result.error?.name ?? '')).toBe(EXIT.failed);
    expect(result.ledger).toMatchObject({
      outcome: 'failed',
      error: result.error,
    });

    expect(await lake.platform.catalog.read(pipeline)).toEqual(before);

    if (one.landed) {
      const files = await landed(lake, result.run);
      const found = files.get(one.landed);
      expect(found?.length).toBeGreaterThan(0);
      if (!one.landed.endsWith('.bin'))
        expect(found).toEqual(await readFile(join(damaged, one.landed)));
    }
    if (one.rejects) {
      const [source, count, first] = one.rejects;
      const rejects = await rejectsOf(lake, result, source);
      expect(rejects).toHaveLength(count);
      expect(rejects[0]).toMatchObject(first);
      for (const { path, line, reason, raw } of rejects)
        expect(path && line > 0 && reason && raw).toBeTruthy();
    }
  });

  test('a sound run is published after all of these', async () => {
    const { ledger } = await lake.run(pipeline);
    expect(ledger?.outcome).toBe('published');
    expect(await lake.platform.catalog.read(pipeline)).not.toEqual(before);
  });
});

interface PassingCase {
  readonly what: string;
  readonly pipeline: string;
  readonly damage: Damage;
  readonly source: string;
  /** How the counts differ from those of the sound sample. */
  readonly more: Readonly<Record<string, number>>;
  /** Rejects that the sound sample does not have. */
  readonly rejects: readonly object[];
}

const passing: PassingCase[] = [
  {
    what: 'a row is cut',
    pipeline: 'loans',
    damage: edit('loan.csv', (text) =>
      text.replace(/(LN20010,33,FEMALE),.*/, '$1'),
    ),
    source: 'loan',
    more: { used: -1, quarantined: 1 },
    rejects: [
      {
        path: 'loan.csv',
        line: 5,
        reason: 'Expected Number of Columns: 15 Found: 3',
        raw: 'LN20010,33,FEMALE',
      },
    ],
  },
  {
    what: 'a value is of another type',
    pipeline: 'loans',
    damage: edit('loan.csv', (text) =>
      text.replace('LN20010,33', 'LN20010,33.5'),
    ),
    source: 'loan',
    more: { used: -1, quarantined: 1 },
    rejects: [
      {
        path: 'loan.csv',
        line: 5,
        column: 'age',
        reason: 'age: "33.5" is not an int',
        raw: 'LN20010,33.5,FEMALE,DRIVER,SINGLE,5,106606,71899,3,HOUSING," 44,13,743 ",2,"29,527",5,0',
      },
    ],
  },
  {
    what: 'a row ends otherwise than the others',
    pipeline: 'loans',
    damage: edit(
      'loan.csv',
      (text) => `${text.trimEnd()}\nLN9,1,F,X,Y,1,1,1,1,Z,"1,000",1,1,1,1\r\n`,
    ),
    source: 'loan',
    more: { landed: 1, used: 1 },
    rejects: [],
  },
  {
    what: 'the last row of a file is cut in quotes',
    pipeline: 'crime',
    damage: edit(B, (text) => `${text.trimEnd()}\r\n1,"AB`),
    source: 'reported',
    more: { landed: 1, quarantined: 1 },
    rejects: [{ path: B, raw: '1,"AB' }],
  },
  {
    what: 'a file is there twice',
    pipeline: 'crime',
    damage: async (folder) => {
      const name = 'crimes_2001_to_present_sample_c.csv';
      await put(name, await readFile(join(folder, B)))(folder);
    },
    source: 'reported',
    more: { landed: 336, duplicates: 336 },
    rejects: [],
  },
  {
    what: 'a file holds a header alone',
    pipeline: 'banks',
    damage: edit(
      QUARTER,
      editBody(() => ''),
    ),
    source: 'ranking',
    more: { landed: -25, used: -25 },
    rejects: [],
  },
  {
    what: 'a decimal point stands for a comma',
    pipeline: 'banks',
    damage: edit(
      QUARTER,
      editRows(
        (fields, line) =>
          fields.map((f, i) => (i === 6 && line === 3 ? '1234.56' : f)),
        ';',
      ),
    ),
    source: 'ranking',
    more: { used: -1, quarantined: 1 },
    rejects: [
      {
        path: QUARTER,
        line: 3,
        column: 'complaint_index',
        reason: 'complaint_index: "1234.56" is not a decimal(12,2)',
      },
    ],
  },
  {
    what: 'an event is cut',
    pipeline: 'songs',
    damage: edit(DAY, (text) => text.replace(/^(\{.{50}).*/, '$1')),
    source: 'log_data',
    more: { dropped: -1, quarantined: 1 },
    rejects: [{ path: DAY, line: 1, reason: 'not a JSON object' }],
  },
  {
    what: 'a song file is no JSON',
    pipeline: 'songs',
    damage: put(SONG, 'not found\n'),
    source: 'song_data',
    more: { used: -1, quarantined: 1 },
    rejects: [
      { path: SONG, line: 1, reason: 'not a JSON object', raw: 'not found' },
    ],
  },
];

describe('what can be set aside is, and the rest is published', () => {
  test.each(passing)('$pipeline: $what', async (one) => {
    const { pipeline, source, damage } = one;
    const lake = await newLake();
    const sound = await lake.run(pipeline);
    const result = await lake.run(pipeline, damage);
    expect(result.error).toBeUndefined();
    expect(result.ledger?.outcome).toBe('published');

    const counts = ({ ledger }: LakeRun) => {
      const rows = ledger?.sources.find((s) => s.source === source);
      const { landed: n, used, dropped, duplicates, quarantined } = rows ?? {};
      return { landed: n, used, dropped, duplicates, quarantined };
    };
    const expected = Object.entries(counts(sound)).map(([name, n]) => [
      name,
      (n ?? 0) + (one.more[name] ?? 0),
    ]);
    expect(counts(result)).toEqual(Object.fromEntries(expected));

    const known = new Set(
      (await rejectsOf(lake, sound, source)).map(({ path, raw }) => path + raw),
    );
    const rejects = await rejectsOf(lake, result, source);
    expect(rejects).toHaveLength(counts(result).quarantined ?? 0);
    expect(
      rejects.filter(({ path, raw }) => !known.has(path + raw)),
    ).toMatchObject(one.rejects);

    const manifest = JSON.parse(
      (await lake.platform.store.read(
        `landing/${pipeline}/${source}/date=${result.ledger?.date}/` +
          `run=${result.run}/manifest.json`,
      )) ?? '{}',
    ) as Manifest;
    expect(manifest.records).toBe(counts(result).landed);
  });
});
