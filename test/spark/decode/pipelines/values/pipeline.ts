import {
  bigint,
  boolean,
  csv,
  date,
  decimal,
  definePipeline,
  double,
  int,
  json,
  parquet,
  rest,
  string,
  table,
  timestamp,
} from '../../../../../core/index.ts';

const since = (unit: 'days' | 'seconds' | 'milliseconds', day: string) => ({
  epoch: { unit, since: day },
});
const european = { thousands: '.', decimalMark: ',' } as const;

const columns = {
  id: bigint(),
  whole: int(),
  whole_grouped: int({ thousands: ',' }),
  large: bigint(),
  large_european: bigint(european),
  large_swiss: bigint({ thousands: "'" }),
  real: double(),
  real_european: double(european),
  money: decimal(12, 2),
  money_grouped: decimal(14, 2, { thousands: ',' }),
  money_spaced: decimal(12, 3, { thousands: ' ', decimalMark: ',' }),
  short: decimal(5, 0),
  long: decimal(38, 10),
  fraction: decimal(4, 4),
  flag: boolean(),
  flag_words: boolean({ trueAs: ['ja', 'Été'], falseAs: ['nein', 'Ñ'] }),
  day: date(),
  day_either: date({ format: ['M/d/yyyy', 'yyyy-MM-dd'] }),
  day_dotted: date({ format: 'dd.MM.yyyy' }),
  day_plain: date({ format: 'yyyyMMdd' }),
  moment: timestamp(),
  moment_half: timestamp({ format: 'MM/dd/yyyy hh:mm:ss a' }),
  moment_micros: timestamp({ format: "yyyy-MM-dd'T'HH:mm:ss.SSSSSS" }),
  moment_short: timestamp({ format: 'd.M.yyyy HH:mm' }),
  epoch_days: date(since('days', '1960-01-01')),
  epoch_seconds: timestamp(since('seconds', '1970-01-01')),
  epoch_millis: timestamp(since('milliseconds', '1970-01-01')),
  epoch_days_time: timestamp(since('days', '1899-12-30')),
  epoch_seconds_day: date(since('seconds', '1970-01-01')),
  epoch_millis_day: date(since('milliseconds', '2000-01-01')),
  words: string(),
  code: string({ pad: { length: 8, with: '0' } }),
  words_or_none: string({ nulls: ['n/d', '-'] }),
  whole_or_none: int({ nulls: ['-', ' n/a '] }),
};
const typed = {
  id: bigint(),
  whole_double: int(),
  large_double: bigint(),
  real_double: double(),
  real_float: double(),
  large_integer: bigint(),
  day_double: date(since('days', '1960-01-01')),
  millis_double: timestamp(since('milliseconds', '1970-01-01')),
  millis_bigint: timestamp(since('milliseconds', '1970-01-01')),
  days_integer: date(since('days', '1970-01-01')),
  money_decimal: decimal(12, 2),
  day_date: date(),
  moment_timestamp: timestamp(),
  tiny_unsigned: int(),
  short_unsigned: int(),
  whole_unsigned: bigint(),
  large_unsigned: decimal(18, 0),
  money_text: decimal(12, 2),
  flag_boolean: boolean(),
};

const every = { maxRejected: 1 };
const texts = csv('texts', { files: 'texts/*.csv', columns, ...every });
const documents = json('documents', {
  files: 'documents/*.json',
  columns,
  ...every,
});
const lists = rest('lists', {
  files: 'lists/*.json',
  url: 'https://api.example.org/lists',
  columns,
  ...every,
});
const records = parquet('records', {
  files: '*.parquet',
  columns: typed,
  ...every,
});

/** A column for each way to decode a value; a record has one of them. */
export default definePipeline({
  name: 'values',
  title: 'Values that are hard to decode',
  period: 'snapshot',
  schedule: 'rate(1 day)',
  sources: [texts, documents, lists, records],
  tables: [
    table('of_texts', { columns, key: ['id'] }),
    table('of_documents', { columns, key: ['id'] }),
    table('of_lists', { columns, key: ['id'] }),
    table('of_records', { columns: typed, key: ['id'] }),
  ],
  checks: [],
});
