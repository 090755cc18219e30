import { join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { PlanColumn, PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { LandedFile } from '../input.ts';
import { ident, text } from '../sql.ts';
import { inputName } from './checkNames.ts';
import { type ColumnSql, fromText } from './columnSql.ts';
import { watchContract } from './contract.ts';
import type { Decoded, Reject } from './decoded.ts';
import { decodeSelect } from './decodeSelect.ts';
import { linesOf } from './readBytes.ts';
import { recordsOf } from './recordsOf.ts';
import { writeRecords } from './writeRecords.ts';

const MIN_OBJECT = 1 << 16;

const isOfPage = (name: string) => name.startsWith('/');

/** The member to read; of a whole file it is the text, if none is named. */
const memberOf = ({ form }: PlanSource, column: PlanColumn) =>
  form.format === 'text' && column.from === undefined
    ? 'text'
    : inputName(column);

const columnSql = (source: PlanSource, column: PlanColumn): ColumnSql => {
  if (column.origin === 'path') return { input: 'f', value: (v) => v };
  if (column.origin === 'line') return { input: 'l', value: (v) => v };
  const name = memberOf(source, column);
  return fromText(
    isOfPage(name) ? `p.${ident(name.slice(1))}` : `j.${ident(name)}`,
    column,
  );
};

/** A type that takes each named member as the text it is written with. */
const structOf = (names: readonly string[]) =>
  text(
    `STRUCT(${[...new Set(names)].map((n) => `${ident(n)} VARCHAR`).join(', ')})`,
  );

const readRecords = (source: PlanSource, target: string, longest: number) => {
  const names = source.columns
    .filter(({ origin }) => !origin)
    .map((column) => memberOf(source, column));
  const ofPage = names.filter(isOfPage).map((name) => name.slice(1));
  const ofRecord = names.filter((name) => !isOfPage(name));
  const columns = [
    "n: 'BIGINT', f: 'VARCHAR', l: 'BIGINT', why: 'VARCHAR'",
    ...(ofRecord.length ? [`j: ${structOf(ofRecord)}`] : ["j: 'JSON'"]),
    ...(ofPage.length ? [`p: ${structOf(ofPage)}`] : []),
  ];
  return (
    `read_json(${text(target)}, format = 'newline_delimited', ` +
    `maximum_object_size = ${Math.max(longest, MIN_OBJECT)}, ` +
    `columns = {${columns.join(', ')}})`
  );
};

/** The files that hold the given rows, with each row's number there, from 1. */
const placesOf = (rows: readonly bigint[], files: readonly LandedFile[]) => {
  const sorted = rows.toSorted((a, b) => (a < b ? -1 : 1));
  const places = new Map<LandedFile, Map<number, bigint>>();
  let [next, before] = [0, 0n];
  for (const file of files) {
    const last = before + BigInt(file.records);
    const inFile = new Map<number, bigint>();
    for (let row = sorted[next]; row !== undefined && row <= last; ) {
      inFile.set(Number(row - before), row);
      row = sorted[++next];
    }
    if (inFile.size > 0) places.set(file, inFile);
    before = last;
  }
  return places;
};

/** Goes through the files that hold the given rows again, for their raw text. */
const locate = async (
  source: PlanSource,
  files: readonly LandedFile[],
  rows: readonly bigint[],
): Promise<Map<bigint, Omit<Reject, 'reason'>>> => {
  const found = new Map<bigint, Omit<Reject, 'reason'>>();
  const byFile = placesOf(rows, files);
  for (const [file, wanted] of byFile) {
    await othersTurn();
    let number = 0;
    for (const { l, t } of recordsOf(
      source,
      file,
      await linesOf(file, files),
    )) {
      const row = wanted.get(++number);
      if (row !== undefined)
        found.set(row, { path: file.path, line: l, raw: t });
    }
  }
  return found;
};

/** An object may lack a member; a whole source that lacks it was renamed. */
const checkMembers = (
  source: PlanSource,
  members: ReadonlyMap<string, string>,
  files: readonly LandedFile[],
): Decoded['schema'] => {
  const { form } = source;
  if (form.format !== 'json' || members.size === 0) return [];
  const known = new Set([...form.unused, ...source.columns.map(inputName)]);
  const added = [...members].find(([name]) => !known.has(name));
  const contract = watchContract(source);
  contract.check([...members.keys()], added?.[1] ?? files[0]?.path ?? '');
  return contract.differences().map(({ column, change }) => ({
    column,
    change,
    ...(change === 'added'
      ? { file: members.get(column) ?? '' }
      : { file: files[0]?.path ?? '', files: files.length }),
  }));
};

/**
 * Decodes files of JSON, of value lists and of plain text: whatever becomes
 * JSON objects first, each with its place.
 * @throws SourceError for a member that is missing everywhere or not declared.
 */
export const decodeJson = async (
  db: Database,
  source: PlanSource,
  files: readonly LandedFile[],
  workDir: string,
): Promise<Decoded> => {
  const target = join(workDir, `${source.name}.records.ndjson`);
  const { longest, members } = await writeRecords(source, files, target);
  const schema = checkMembers(source, members, files);
  const relation = ident(`_${source.name}_decoded`);
  const select = decodeSelect(
    source.columns.map((column) => ({
      column,
      sql: columnSql(source, column),
    })),
    {
      from: readRecords(source, target, longest),
      carry: { _row: 'n' },
      broken: 'why',
    },
  );
  await db.run(`CREATE TEMP TABLE ${relation} AS ${select}`);
  return {
    relation,
    broken: [],
    schema,
    locate: (rows) => locate(source, files, rows),
  };
};
