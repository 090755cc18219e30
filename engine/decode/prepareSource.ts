import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../core/check.ts';
import { SourceError, within } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { PlanColumn, PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import type { SourceRows } from '../output.ts';
import { ident, text } from '../sql.ts';
import { decodeCsv } from './decodeCsv.ts';
import type { Decoded, Reject } from './decoded.ts';
import { decodeJson } from './decodeJson.ts';
import { decodeParquet } from './decodeParquet.ts';
import { countRepeated, findLosers } from './duplicates.ts';
import {
  keepCondition,
  quarantineRules,
  type Rule,
  usedCondition,
} from './judge.ts';

const isWholeNumber = (column: PlanColumn | undefined) =>
  column?.type === 'int' || column?.type === 'bigint';

const decode = (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
  workDir: string,
): Promise<Decoded> => {
  if (source.form.format === 'csv')
    return decodeCsv(db, source, files, workDir);
  if (source.form.format === 'parquet') return decodeParquet(db, source, files);
  return decodeJson(db, source, files, workDir);
};

interface Counts {
  readonly landed: number;
  readonly bad: number;
  readonly dropped: number;
  readonly byRule: readonly number[];
}

/** One scan for all that is counted. */
const countRows = async (
  db: Database,
  relation: string,
  keep: string,
  rules: readonly Rule[],
): Promise<Counts> => {
  const sound = '_bad IS NULL';
  const kept = keep ? `coalesce(${keep}, false)` : 'true';
  const filters = [
    'NOT (_bad IS NULL)',
    `${sound} AND NOT ${kept}`,
    ...rules.map(({ where }, i) =>
      [
        sound,
        kept,
        ...rules.slice(0, i).map((rule) => `(${rule.where}) IS NOT TRUE`),
        `(${where}) IS TRUE`,
      ].join(' AND '),
    ),
  ];
  const counts = filters
    .map((filter, i) => `count(*) FILTER (${filter}) AS n${i}`)
    .join(', ');
  const row = await db.row(
    `SELECT count(*) AS landed, ${counts} FROM ${relation}`,
  );
  return {
    landed: Number(row.landed),
    bad: Number(row.n0),
    dropped: Number(row.n1),
    byRule: rules.map((_, i) => Number(row[`n${i + 2}`])),
  };
};

/** The rejected records: what the reader refused, and what was judged. */
const collectRejects = async (
  db: Database,
  source: PlanSource,
  decoded: Decoded,
  keep: string,
  rules: readonly Rule[],
): Promise<Reject[]> => {
  const cases = rules
    .map(({ name, where }) => `WHEN (${where}) IS TRUE THEN ${text(name)}`)
    .join(' ');
  const judged = rules.length
    ? ` OR (${keep || 'true'}) AND (${rules
        .map(({ where }) => `(${where}) IS TRUE`)
        .join(' OR ')})`
    : '';
  const rows = await db.rows(
    'SELECT _row, _bad, _value, CASE WHEN _bad IS NOT NULL THEN NULL ' +
      `${cases} END AS rule FROM ${decoded.relation} ` +
      `WHERE _bad IS NOT NULL${judged} ORDER BY _row`,
  );
  if (rows.length === 0) return [...decoded.broken];
  const places = await decoded.locate(
    rows.map(({ _row }) => BigInt(_row as bigint)),
  );
  const types = new Map(source.columns.map(({ name, type }) => [name, type]));
  const rejects = rows.map(({ _row, _bad, _value, rule }): Reject => {
    const place = places.get(BigInt(_row as bigint)) ?? {
      path: '',
      line: 0,
      raw: '',
    };
    if (rule) return { ...place, reason: String(rule) };
    if (_bad === '*') return { ...place, reason: 'not a JSON object' };
    const column = String(_bad);
    return {
      ...place,
      column,
      reason: `${column}: ${JSON.stringify(_value)} is not a ${types.get(column)}`,
    };
  });
  return [...decoded.broken, ...rejects];
};

const writeRejects = async (
  rejects: readonly Reject[],
  file: string,
): Promise<void> => {
  const out = createWriteStream(file);
  for (const reject of rejects)
    if (!out.write(`${JSON.stringify(reject)}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
};

/** The same fault in other values is one reason. */
const reasonOf = ({ column, reason }: Reject) =>
  column ? reason.replace(/: ".*" is not a/s, ': not a') : reason;

const refuseTooMany = (
  source: PlanSource,
  rejects: readonly Reject[],
  bad: number,
  landed: number,
) => {
  if (bad === 0 || bad <= source.maxRejected * landed) return;
  const first = rejects[0];
  throw new SourceError(
    `${bad} of ${landed} records do not decode, more than the share of ` +
      `${source.maxRejected} that is allowed; the first: ${first?.reason}`,
    {
      source: source.name,
      ...(first && { file: first.path, line: first.line }),
      ...(first?.column !== undefined && { column: first.column }),
    },
  );
};

/** What a source is judged by, besides its own declaration. */
export interface SourceContext {
  readonly period: Period;
  readonly checks: readonly Check[];
  readonly workDir: string;
}

/**
 * Decodes one source, sets aside what is not to be used, and leaves a view of
 * the used rows under the source's name.
 * @returns the rows, adding up; rejected records are in `<name>.rejects.ndjson`
 *   of the work folder.
 */
export const prepareSource = async (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
  { period, checks, workDir }: SourceContext,
): Promise<SourceRows> => {
  const decoded = await decode(db, source, files, workDir).catch(
    (error: unknown) => {
      throw within(error, { source: source.name });
    },
  );
  const { relation, broken } = decoded;
  const keep = keepCondition(source, period);
  const rules = quarantineRules(source, checks);
  const counts = await countRows(db, relation, keep, rules);
  const landed = files.reduce((sum, { records }) => sum + records, 0);
  if (counts.landed + broken.length !== landed)
    throw new SourceError(
      `${landed} records landed, but ${counts.landed} were read and ` +
        `${broken.length} refused`,
      { source: source.name },
    );
  const bad = counts.bad + broken.length;
  const ruled = counts.byRule.reduce((sum, n) => sum + n, 0);
  const rejects =
    bad + ruled > 0
      ? await collectRejects(db, source, decoded, keep, rules)
      : [];
  refuseTooMany(source, rejects, bad, landed);

  let used = usedCondition(keep, rules, counts.bad > 0);
  const columns = source.columns.map(({ name }) => ident(name)).join(', ');
  let duplicates = 0;
  if (source.oneRowPer) {
    const { key } = source.oneRowPer;
    duplicates = await countRepeated(
      db,
      `(SELECT ${key.map(ident).join(', ')} FROM ${relation} WHERE ${used})`,
      key,
      isWholeNumber(source.columns.find(({ name }) => name === key[0])),
    );
    if (duplicates > 0) {
      const losers = await findLosers(db, source, relation, used);
      used += ` AND _row NOT IN (SELECT _row FROM ${losers})`;
    }
  }
  await db.run(
    `CREATE TEMP VIEW ${ident(source.name)} AS ` +
      `SELECT ${columns} FROM ${relation} WHERE ${used}`,
  );
  const reasons: Record<string, number> = {};
  for (const reject of rejects)
    reasons[reasonOf(reject)] = (reasons[reasonOf(reject)] ?? 0) + 1;
  if (rejects.length > 0)
    await writeRejects(rejects, join(workDir, `${source.name}.rejects.ndjson`));
  const watermark = source.watermark
    ? await db.row(
        `SELECT CAST(max(${ident(source.watermark)}) AS VARCHAR) AS w ` +
          `FROM ${ident(source.name)}`,
      )
    : {};
  const quarantined = bad + ruled;
  return {
    source: source.name,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    landed,
    used: counts.landed - counts.bad - counts.dropped - ruled - duplicates,
    dropped: counts.dropped,
    duplicates,
    quarantined,
    reasons,
    ...(watermark.w != null && { watermark: String(watermark.w) }),
    ...(rejects.length > 0 && { rejects: `${source.name}.rejects.ndjson` }),
  };
};
