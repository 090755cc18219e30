import { formatDay, formatNumber } from '../../../dashboards/format.ts';

/** A column of an answer. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

export const isNumber = ({ type }: Column): boolean =>
  /INT|DECIMAL|DOUBLE|FLOAT/.test(type) && !/\[|STRUCT|MAP/.test(type);

/** A value as a person reads it; a year or an id is no amount. */
export const shownCell = (value: unknown, column: Column): string => {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'object') return JSON.stringify(value);
  if (column.type === 'DATE') return formatDay(value);
  if (!isNumber(column) || /(^|_)(year|id)$/.test(column.name))
    return String(value);
  return formatNumber(Number(value));
};
