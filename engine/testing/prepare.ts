import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Check } from '../../core/check.ts';
import { compile } from '../../core/compile.ts';
import { periodOf } from '../../core/period.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Source } from '../../core/source.ts';
import type { Row } from '../database.ts';
import type { Reject } from '../decode/decoded.ts';
import { prepareSource } from '../decode/prepareSource.ts';
import { linesOf } from '../decode/readBytes.ts';
import { recordsOf } from '../decode/recordsOf.ts';
import type { LandedFile } from '../input.ts';
import type { SourceRows } from '../output.ts';
import { scanCsv } from '../records/scanCsv.ts';
import { ident, text } from '../sql.ts';
import type { Bench } from './bench.ts';

/** Files by path: their text, their bytes, or a SELECT to be made Parquet. */
export type TestFiles = Readonly<
  Record<string, string | Buffer | { readonly parquet: string }>
>;

export const planSource = (source: Source): PlanSource => {
  const plan = compile(
    {
      name: 'test',
      title: 'Test',
      period: 'month',
      schedule: 'rate(1 day)',
      sources: [source],
      tables: [],
    },
    {},
  );
  return plan.sources[0] as PlanSource;
};

const countRecords = async (
  { db }: Bench,
  source: PlanSource,
  file: LandedFile,
): Promise<number> => {
  const { form } = source;
  if (form.format === 'parquet') {
    const { n } = await db
      .row(`SELECT count(*) AS n FROM read_parquet(${text(file.local)})`)
      .catch(() => ({ n: 0 }));
    return Number(n);
  }
  if (form.format !== 'csv')
    return [...recordsOf(source, file, await linesOf(file, [file]))].length;
  let records = -1;
  await scanCsv([await readFile(file.local)], form, () => {
    records++;
  });
  return Math.max(records, 0);
};

const byBytes = (a: string, b: string) =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Puts files into the bench's folder, as if they had landed. */
export const landFiles = async (
  bench: Bench,
  source: PlanSource,
  files: TestFiles,
): Promise<LandedFile[]> => {
  const landed: LandedFile[] = [];
  for (const path of Object.keys(files).sort(byBytes)) {
    const local = join(bench.folder, 'landing', path);
    const body = files[path] ?? '';
    await mkdir(dirname(local), { recursive: true });
    if (typeof body === 'string' || Buffer.isBuffer(body))
      await writeFile(local, body);
    else
      await bench.db.run(
        `COPY (${body.parquet}) TO ${text(local)} (FORMAT parquet)`,
      );
    const { size: bytes } = await stat(local);
    const file = { path, local, bytes, records: 0 };
    const records = await countRecords(bench, source, file);
    landed.push({ ...file, records });
  }
  return landed;
};

/** What became of a source's files. */
export interface Prepared {
  readonly counts: SourceRows;
  /** The used rows, dates and decimals as text. */
  readonly rows: readonly Row[];
  readonly rejects: readonly Reject[];
}

/** Lands files and decodes them, in June 2020. */
export const prepare = async (
  bench: Bench,
  source: Source,
  files: TestFiles,
  checks: readonly Check[] = [],
): Promise<Prepared> => {
  const { db, folder } = bench;
  const plan = planSource(source);
  const landed = await landFiles(bench, plan, files);
  const counts = await prepareSource(db, plan, landed, {
    period: periodOf('month', '2020-06'),
    checks,
    workDir: folder,
  });
  const columns = plan.columns.map(({ name, type }) =>
    /date|timestamp|decimal/.test(type)
      ? `CAST(${ident(name)} AS VARCHAR) AS ${ident(name)}`
      : ident(name),
  );
  const lines = counts.rejects
    ? (await readFile(join(folder, counts.rejects), 'utf8')).trim().split('\n')
    : [];
  return {
    counts,
    rows: await db.rows(`SELECT ${columns} FROM ${ident(plan.name)}`),
    rejects: lines.map((line) => JSON.parse(line) as Reject),
  };
};

/** The counts of rows, which have to add up. */
export const figures = ({ counts, rows }: Prepared) => {
  const { landed, used, dropped, duplicates, quarantined } = counts;
  expect(landed).toBe(used + dropped + duplicates + quarantined);
  expect(rows).toHaveLength(used);
  return { landed, used, dropped, duplicates, quarantined };
};

/** The error that something ends in. */
export const refusal = async (act: Promise<unknown>): Promise<Error> => {
  const result = await act.then(
    () => undefined,
    (error: Error) => error,
  );
  if (!result) throw new Error('it was not refused');
  return result;
};
