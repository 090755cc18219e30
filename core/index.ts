export type { Card, Chart, Format, Size } from './card.ts';
export {
  area,
  bar,
  cardQuery,
  line,
  pie,
  pointMap,
  row,
  scalar,
  scatter,
  stateMap,
  tableCard,
} from './card.ts';
export type { Check, Severity } from './check.ts';
export {
  accepted,
  badRows,
  freshness,
  notNull,
  range,
  references,
  rowCount,
  unique,
} from './check.ts';
export type { Column, Columns, ColumnType } from './column.ts';
export {
  bigint,
  boolean,
  date,
  decimal,
  double,
  int,
  originLine,
  originPath,
  string,
  timestamp,
} from './column.ts';
export type { Pipeline, Retention, SavedQuery } from './definePipeline.ts';
export { definePipeline, savedQuery } from './definePipeline.ts';
export type { Destination } from './destination.ts';
export { postgres } from './destination.ts';
export { days, hours, minutes } from './duration.ts';
export type { Filter, FilterValue } from './filter.ts';
export { dateRange, on, textFilter } from './filter.ts';
export type { FolderOptions } from './folder.ts';
export type { ForEach, HttpLimits, HttpOptions, Paging } from './http.ts';
export type { Source } from './source.ts';
export { csv, files, json, mysql, parquet, rest, values } from './source.ts';
export type { Table } from './table.ts';
export { table } from './table.ts';
