import { join } from 'node:path';
import type { Check } from '../../core/check.ts';
import { SourceError, within } from '../../core/errors.ts';
import type { Period } from '../../core/period.ts';
import type { PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import type { SourceRows } from '../output.ts';
import { ident } from '../sql.ts';
import { decodeCsv } from './decodeCsv.ts';
import type { Decoded, Reject } from './decoded.ts';
import { decodeJson } from './decodeJson.ts';
import { decodeParquet } from './decodeParquet.ts';
import { findLosers } from './duplicates.ts';
import { keepConditions, quarantineRules, usedCondition } from './judge.ts';
import {
  collectRejects,
  commonest,
  countReasons,
  writeRejects,
} from './rejects.ts';
import { areStable } from './stable.ts';
import { type Survey, survey } from './survey.ts';

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

/** How many rejects are kept where nothing is used. */
const SHOWN = 1000;

/** Beyond the allowed share it is the declaration that is wrong. */
const tooMany = (
  source: PlanSource,
  bad: number,
  landed: number,
  first: Reject | undefined,
) =>
  new SourceError(
    `${bad} of ${landed} records do not decode, more than the share of ` +
      `${source.maxRejected} that is allowed; the first: ${first?.reason}`,
    {
      source: source.name,
      ...(first && { file: first.path, line: first.line }),
      ...(first?.column !== undefined && { column: first.column }),
    },
  );

/** A landed file that went away, or that nobody may read, by its name. */
const unreadable = (
  error: unknown,
  source: PlanSource,
  files: readonly LandedFile[],
): unknown => {
  const { message, syscall } = error as NodeJS.ErrnoException;
  if (!syscall && !message.startsWith('IO Error')) return error;
  const file = files.find(({ local }) => message.includes(local));
  if (!file) return error;
  return new SourceError(
    `what landed can no longer be read: ${message}`,
    { source: source.name, file: file.path },
    { cause: error },
  );
};

/** What a source is judged by, besides its own declaration. */
export interface SourceContext {
  readonly period: Period;
  readonly checks: readonly Check[];
  readonly workDir: string;
}

/** A source whose used rows can be read, while its rejects are still told. */
export interface PreparedBeside {
  readonly rows: Promise<SourceRows>;
  /** All texts of used rows, sorted, of columns with few in a dictionary. */
  readonly texts: Survey['texts'];
}

/** Leaves a view of the used rows. @returns the greatest of its watermarks. */
const leaveView = async (
  db: Database,
  source: PlanSource,
  relation: string,
  judged: string,
  duplicates: number,
): Promise<string | undefined> => {
  const without =
    duplicates > 0
      ? ` AND _row NOT IN (SELECT _row FROM ${await findLosers(db, source, relation, judged)})`
      : '';
  const columns = source.columns.map(({ name }) => ident(name)).join(', ');
  await db.run(
    `CREATE TEMP VIEW ${ident(source.name)} AS ` +
      `SELECT ${columns} FROM ${relation} WHERE ${judged}${without}`,
  );
  if (!source.watermark) return undefined;
  const { w } = await db.row(
    `SELECT CAST(max(${ident(source.watermark)}) AS VARCHAR) AS w ` +
      `FROM ${ident(source.name)}`,
  );
  return w == null ? undefined : String(w);
};

const prepare = async (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
  { period, checks, workDir }: SourceContext,
): Promise<PreparedBeside> => {
  const decoded = await decode(db, source, files, workDir);
  const { relation, broken } = decoded;
  const keep = keepConditions(source, period);
  const rules = quarantineRules(source, checks);
  const landed = files.reduce((sum, { records }) => sum + records, 0);
  const key = source.columns.filter(({ name }) =>
    source.oneRowPer?.key.includes(name),
  );
  const counts = await survey(db, decoded, keep, rules, key, landed);
  if (counts.landed + broken.length !== landed)
    throw new SourceError(
      `${landed} records landed, but ${counts.landed} were read and ` +
        `${broken.length} refused`,
      { source: source.name },
    );
  const bad = counts.bad + broken.length;
  const rejectsUpTo = (limit?: number) =>
    collectRejects(db, source, decoded, keep, rules, counts, limit);
  const rejectsFile = `${source.name}.rejects.ndjson`;
  if (bad > source.maxRejected * landed) {
    const shown = await (await rejectsUpTo(SHOWN)).found;
    await writeRejects(shown, join(workDir, rejectsFile));
    throw tooMany(source, bad, landed, commonest(shown));
  }
  const { found } = await rejectsUpTo();
  if (!decoded.locatesBeside) await found;

  // What held for every row need not be asked again by whoever reads them.
  const asked = [
    keep.filter((_, n) => counts.dropped[n]),
    rules.filter((_, n) => counts.byRule[n]),
  ] as const;
  const judged = usedCondition(...asked, counts.bad > 0);
  const { repeated: duplicates } = counts;
  const watermark = await leaveView(
    ...([db, source, relation, judged, duplicates] as const),
  ).catch(async (error: unknown) => {
    await Promise.allSettled([found]);
    throw error;
  });
  const [dropped = 0, ruled = 0] = [counts.dropped, counts.byRule].map((all) =>
    all.reduce((sum, n) => sum + n, 0),
  );
  const told = async (rejects: readonly Reject[]): Promise<SourceRows> => {
    if (rejects.length > 0)
      await writeRejects(rejects, join(workDir, rejectsFile));
    return {
      source: source.name,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      landed,
      used: counts.landed - counts.bad - dropped - ruled - duplicates,
      dropped,
      duplicates,
      quarantined: bad + ruled,
      reasons: countReasons(rejects),
      ...(decoded.schema.length > 0 && { schema: decoded.schema }),
      ...(watermark !== undefined && { watermark }),
      ...(rejects.length > 0 && { rejects: rejectsFile }),
    };
  };
  const rows = found.then(told);
  rows.catch(() => {});
  // Other rows must not be used than those whose texts these are.
  const isSame =
    duplicates === 0 &&
    (counts.texts.size === 0 ||
      (await areStable(
        db,
        [...keep, ...rules.map(({ where }) => where)],
        source.columns.map(({ name }) => name),
      )));
  return { rows, texts: isSame ? counts.texts : new Map() };
};

/**
 * Decodes one source, sets aside what is not to be used, and leaves a view of
 * the used rows under the source's name. Beside whatever comes next, rejected
 * records are looked up and written to `<name>.rejects.ndjson` of the work
 * folder; `rows` waits for it, and is to be waited for.
 * @returns the rows, adding up.
 * @throws SourceError where too many records do not decode; the first of them
 *   are in that file, too. And where a landed file is not there any more.
 */
export const prepareBeside = async (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
  context: SourceContext,
): Promise<PreparedBeside> => {
  const told = (error: unknown) =>
    within(unreadable(error, source, files), { source: source.name });
  try {
    const { rows, texts } = await prepare(db, source, files, context);
    const whole = rows.catch((error: unknown) => {
      throw told(error);
    });
    whole.catch(() => {});
    return { rows: whole, texts };
  } catch (error) {
    throw told(error);
  }
};

/** As `prepareBeside`, to its end. */
export const prepareSource = async (
  ...args: Parameters<typeof prepareBeside>
): Promise<SourceRows> => (await prepareBeside(...args)).rows;
