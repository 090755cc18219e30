import type { PlanSource } from '../../core/plan.ts';
import type { Form } from '../../core/source.ts';
import type { LandedFile } from '../input.ts';
import { list, text } from '../sql.ts';
import { inputName } from './checkNames.ts';
import { fromText, MISSING } from './columnSql.ts';
import type { ContractWatch } from './contract.ts';
import { readHeader } from './csvHeader.ts';
import type { ReadFiles } from './csvRejects.ts';
import { decodeSelect } from './decodeSelect.ts';

export type CsvForm = Extract<Form, { format: 'csv' }>;

/** Files one after the other that have the same header. */
export interface Group extends ReadFiles {
  readonly header: readonly string[];
  readonly files: LandedFile[];
}

/**
 * Puts files into groups that can be read together.
 * @param name begins the names of their tables of errors.
 * @throws SourceError for a header that is not as declared.
 */
export const groupByHeader = async (
  files: readonly LandedFile[],
  form: CsvForm,
  name: string,
  contract: ContractWatch,
): Promise<Group[]> => {
  const groups: Group[] = [];
  for (const file of files) {
    const header = await readHeader(file, form);
    contract.check(header, file.path);
    const last = groups.at(-1);
    if (last?.header.join('\n') === header.join('\n')) last.files.push(file);
    else
      groups.push({
        header,
        files: [file],
        columns: header.length,
        errors: `${name}_${groups.length}_errors`,
        scans: `${name}_${groups.length}_scans`,
      });
  }
  return groups;
};

const readCsv = (group: Group, form: CsvForm): string => {
  const columns = group.header.map((_, i) => `c${i}: 'VARCHAR'`).join(', ');
  const read =
    `read_csv(${list(group.files.map(({ local }) => local))}, ` +
    'auto_detect = false, header = true, strict_mode = true, ' +
    `delim = ${text(form.separator)}, quote = ${text(form.quote)}, ` +
    `escape = ${text(form.quote)}, columns = {${columns}}, ` +
    `store_rejects = true, rejects_limit = 0, rejects_table = ` +
    `${text(group.errors)}, rejects_scan = ${text(group.scans)}, ` +
    'allow_quoted_nulls = false)';
  // With one column, a blank line would be a row; "" is one.
  return group.columns > 1 ? read : `(FROM ${read} WHERE c0 IS NOT NULL)`;
};

/** A column's text; what the contract lets be missing is NULL. */
const rawOf = ({ header }: Group, name: string) => {
  const at = header.indexOf(name);
  return at < 0 ? MISSING : `c${at}`;
};

/** The SELECT of a group's decoded rows, in the files' order. */
export const selectGroup = (source: PlanSource, group: Group, form: CsvForm) =>
  decodeSelect(
    source.columns.map((column) => ({
      column,
      sql: fromText(rawOf(group, inputName(column)), column),
    })),
    { from: readCsv(group, form), carry: {} },
  );
