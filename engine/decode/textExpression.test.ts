import {
  bigint,
  boolean,
  type Column,
  date,
  decimal,
  double,
  int,
  string,
  timestamp,
} from '../../core/index.ts';
import { text as quote } from '../sql.ts';
import { testBench } from '../testing/bench.ts';
import { fromText } from './columnSql.ts';

const bench = testBench();

/** The value as text, `null` where it is missing, or that it is rejected. */
const REJECTED = Symbol('rejected');
type Expected = string | null | typeof REJECTED;

/** Decodes texts with the SQL that the engine runs. */
const decode = async (column: Column, texts: readonly string[]) => {
  const { db } = await bench();
  const { input, value, bad } = fromText('raw', { name: 'c', ...column });
  const rows = await db.rows(
    `SELECT CAST(v AS VARCHAR) AS v, ${bad ? bad('t', 'v') : false} AS bad ` +
      `FROM (SELECT n, t, ${value('t')} AS v FROM (SELECT n, ${input} AS t ` +
      `FROM (VALUES ${texts.map((t, n) => `(${n}, ${quote(t)})`)}) ` +
      'AS texts(n, raw))) ORDER BY n',
  );
  return rows.map(({ v, bad: isBad }) => (isBad ? REJECTED : v));
};

const check = (
  name: string,
  column: Column,
  cases: readonly (readonly [text: string, expected: Expected])[],
) => {
  const shown = (value: unknown) => (value === REJECTED ? 'rejected' : value);
  test(`${name} (${column.type})`, async () => {
    const texts = cases.map(([text]) => text);
    const found = await decode(column, texts);
    expect(texts.map((text, i) => [text, shown(found[i])])).toEqual(
      cases.map(([text, value]) => [text, shown(value)]),
    );
  });
};

describe('missing values', () => {
  for (const column of [string(), int(), double(), boolean(), date()])
    check('blanks', column, [
      ['', null],
      [' ', null],
      ['     ', null],
    ]);
  check('markers', int({ nulls: ['NA', '-', '9999'] }), [
    ['NA', null],
    [' NA ', null],
    ['-', null],
    ['9999', null],
    ['na', REJECTED],
    ['', null],
    ['99', '99'],
  ]);
  check('a marker of text', string({ nulls: ['unknown'] }), [
    ['unknown', null],
    ['Unknown', 'Unknown'],
  ]);
});

describe('texts', () => {
  check('trimmed', string(), [
    ['  a b  ', 'a b'],
    ["O'Hare", "O'Hare"],
    ['São Paulo – “X”', 'São Paulo – “X”'],
    ['000', '000'],
    ['null', 'null'],
  ]);
  check('padded', string({ pad: { length: 8, with: '0' } }), [
    ['122327', '00122327'],
    ['00122327', '00122327'],
    [' 1 ', '00000001'],
    ['123456789', '123456789'],
    ['', null],
  ]);
});

describe('whole numbers', () => {
  check('plain', int(), [
    ['0', '0'],
    ['-0', '0'],
    ['007', '7'],
    ['+5', '5'],
    [' 42 ', '42'],
    ['20566.0', '20566'],
    ['20566.', '20566'],
    ['-3.000', '-3'],
    ['1.5', REJECTED],
    ['.0', REJECTED],
    ['1e3', REJECTED],
    ['1_000', REJECTED],
    ['0x1f', REJECTED],
    ['1,000', REJECTED],
    ['1 000', REJECTED],
    ['--1', REJECTED],
    ['five', REJECTED],
    ['NaN', REJECTED],
    ['٣', REJECTED],
    ['2147483647', '2147483647'],
    ['2147483648', REJECTED],
    ['-2147483648', '-2147483648'],
    ['-2147483649', REJECTED],
  ]);
  check('large', bigint(), [
    ['2147483648', '2147483648'],
    ['9007199254740993', '9007199254740993'],
    ['9007199254740993.0', '9007199254740993'],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', REJECTED],
    ['-9223372036854775808', '-9223372036854775808'],
    ['99999999999999999999999999999999999999999', REJECTED],
  ]);
  check('grouped by commas, western or Indian', bigint({ thousands: ',' }), [
    ['1,234,567', '1234567'],
    ['12,34,567', '1234567'],
    ['10,00,000', '1000000'],
    ['1,000,000', '1000000'],
    ['-1,000', '-1000'],
    ['1,000.00', '1000'],
    ['1234', '1234'],
    ['1,0', REJECTED],
    ['1,00', REJECTED],
    ['41,23,65', '412365'],
    ['12,34', REJECTED],
    ['1,0000', REJECTED],
    [',100', REJECTED],
    ['1,,000', REJECTED],
    ['1000,', REJECTED],
    ['1234,567', REJECTED],
  ]);
  check('with a decimal comma', bigint({ thousands: '.', decimalMark: ',' }), [
    ['1.234', '1234'],
    ['1.234,0', '1234'],
    ['1,5', REJECTED],
    ['1.5', REJECTED],
  ]);
});

describe('decimals', () => {
  check('exact', decimal(6, 2), [
    ['1', '1.00'],
    ['1.5', '1.50'],
    ['.5', '0.50'],
    ['-.5', '-0.50'],
    ['1.', '1.00'],
    ['1.25000', '1.25'],
    ['1.255', REJECTED],
    ['0.001', REJECTED],
    ['9999.99', '9999.99'],
    ['10000', REJECTED],
    ['-9999.99', '-9999.99'],
    ['.', REJECTED],
    ['1e2', REJECTED],
    ['1.2.3', REJECTED],
    ['R$ 5', REJECTED],
  ]);
  check('without digits after the point', decimal(4, 0), [
    ['12', '12'],
    ['12.0', '12'],
    ['12.5', REJECTED],
  ]);
  check('many digits', decimal(38, 10), [
    [
      '1234567890123456789012345678.0123456789',
      '1234567890123456789012345678.0123456789',
    ],
  ]);
  check(
    'with a decimal comma',
    decimal(12, 2, { decimalMark: ',', thousands: '.' }),
    [
      ['1.234,56', '1234.56'],
      ['1234,5', '1234.50'],
      ['0,01', '0.01'],
      [',5', '0.50'],
      ['1.234.567', '1234567.00'],
      ['12.34', REJECTED],
      ['1234.56', REJECTED],
      ['1,234.56', REJECTED],
    ],
  );
  check('grouped by commas', decimal(14, 2, { thousands: ',' }), [
    [' 1,56,861 ', '156861.00'],
    ['44,278', '44278.00'],
    ['44278', '44278.00'],
    ['1,000.25', '1000.25'],
    ['10,00,000.25', '1000000.25'],
    ['1,00.25', REJECTED],
    ['1,00', REJECTED],
    ['100,1.25', REJECTED],
  ]);
  for (const thousands of [' ', "'"] as const)
    check(`grouped by "${thousands}"`, decimal(14, 2, { thousands }), [
      [`1${thousands}234${thousands}567.5`, '1234567.50'],
      ['1,234', REJECTED],
    ]);
});

describe('doubles', () => {
  check('plain', double(), [
    ['1', '1.0'],
    ['-41.878114', '-41.878114'],
    ['1.', '1.0'],
    ['.5', '0.5'],
    ['1e3', '1000.0'],
    ['1.5E-3', '0.0015'],
    ['0.1', '0.1'],
    ['1e308', '1e+308'],
    ['1e999', REJECTED],
    ['nan', REJECTED],
    ['NaN', REJECTED],
    ['inf', REJECTED],
    ['-Infinity', REJECTED],
    ['0x1p3', REJECTED],
    ['1_0.5', REJECTED],
    ['1,5', REJECTED],
    ['e5', REJECTED],
    ['.', REJECTED],
    ['1.5.2', REJECTED],
  ]);
  check('with a decimal comma', double({ decimalMark: ',' }), [
    ['1,5', '1.5'],
    ['-0,25', '-0.25'],
    ['1.5', REJECTED],
  ]);
});

describe('booleans', () => {
  check('by default', boolean(), [
    ['true', 'true'],
    ['True', 'true'],
    ['FALSE', 'false'],
    ['1', 'true'],
    ['0', 'false'],
    [' true ', 'true'],
    ['yes', REJECTED],
    ['t', REJECTED],
    ['2', REJECTED],
  ]);
  check('as declared', boolean({ trueAs: ['Y', 'Sim'], falseAs: ['n'] }), [
    ['y', 'true'],
    ['SIM', 'true'],
    ['N', 'false'],
    ['true', REJECTED],
    ['0', REJECTED],
  ]);
});

describe('dates', () => {
  check('ISO 8601', date(), [
    ['2024-02-29', '2024-02-29'],
    [' 2024-02-29 ', '2024-02-29'],
    ['2023-02-29', REJECTED],
    ['2024-02-30', REJECTED],
    ['2024-04-31', REJECTED],
    ['2024-00-10', REJECTED],
    ['2024-13-01', REJECTED],
    ['2024-1-1', REJECTED],
    ['24-01-01', REJECTED],
    ['2024/01/01', REJECTED],
    ['20240101', REJECTED],
    ['2024-01-01 00:00:00', REJECTED],
    ['1743-11-01', '1743-11-01'],
    ['0001-01-01', '0001-01-01'],
    ['today', REJECTED],
    ['infinity', REJECTED],
    ['epoch', REJECTED],
  ]);
  check('in the American order', date({ format: 'MM/dd/yyyy' }), [
    ['02/29/2024', '2024-02-29'],
    ['02/30/2024', REJECTED],
    ['12/31/1999', '1999-12-31'],
    ['31/12/1999', REJECTED],
    ['2/9/2024', REJECTED],
  ]);
  check('in several forms', date({ format: ['yyyy-MM-dd', 'M/d/yyyy'] }), [
    ['1850-01-01', '1850-01-01'],
    ['1/1/1950', '1950-01-01'],
    ['12/1/1950', '1950-12-01'],
    ['02/03/1950', '1950-02-03'],
    ['13/1/1950', REJECTED],
    ['2/30/1950', REJECTED],
    ['1950/1/1', REJECTED],
  ]);
  check('without separators', date({ format: 'yyyyMMdd' }), [
    ['20160401', '2016-04-01'],
    ['20160431', REJECTED],
    ['2016040', REJECTED],
  ]);
  check('with literal text', date({ format: "dd.MM.yyyy 'Uhr'" }), [
    ['01.04.2016 Uhr', '2016-04-01'],
    ['01.04.2016', REJECTED],
    ['01x04x2016 Uhr', REJECTED],
  ]);
});

describe('timestamps', () => {
  check('ISO 8601', timestamp(), [
    ['2024-02-29 23:59:59', '2024-02-29 23:59:59'],
    ['2024-02-29T23:59:59', '2024-02-29 23:59:59'],
    ['2024-02-29 23:59:59.125', '2024-02-29 23:59:59.125'],
    ['2024-02-29T00:00:00.001', '2024-02-29 00:00:00.001'],
    ['2024-02-29 24:00:00', REJECTED],
    ['2024-02-29 23:60:00', REJECTED],
    ['2024-02-29 23:59:60', REJECTED],
    ['2024-02-30 00:00:00', REJECTED],
    ['2024-02-29', REJECTED],
    ['2024-02-29 23:59', REJECTED],
    ['2024-02-29T23:59:59Z', REJECTED],
    ['2024-02-29T23:59:59+02:00', REJECTED],
  ]);
  check('by twelve hours', timestamp({ format: 'MM/dd/yyyy hh:mm:ss a' }), [
    ['01/02/2024 12:00:00 AM', '2024-01-02 00:00:00'],
    ['01/02/2024 12:59:59 AM', '2024-01-02 00:59:59'],
    ['01/02/2024 01:00:00 AM', '2024-01-02 01:00:00'],
    ['01/02/2024 11:59:59 AM', '2024-01-02 11:59:59'],
    ['01/02/2024 12:00:00 PM', '2024-01-02 12:00:00'],
    ['01/02/2024 12:30:00 pm', '2024-01-02 12:30:00'],
    ['01/02/2024 01:00:00 PM', '2024-01-02 13:00:00'],
    ['01/02/2024 11:59:59 PM', '2024-01-02 23:59:59'],
    ['01/02/2024 00:00:00 AM', REJECTED],
    ['01/02/2024 13:00:00 PM', REJECTED],
    ['01/02/2024 12:00:00', REJECTED],
    ['02/30/2024 12:00:00 AM', REJECTED],
  ]);
  check(
    'to the microsecond',
    timestamp({ format: 'yyyy-MM-dd HH:mm:ss.SSSSSS' }),
    [
      ['2024-01-02 03:04:05.000006', '2024-01-02 03:04:05.000006'],
      ['2024-01-02 03:04:05.006', REJECTED],
    ],
  );
});

describe('counts since a day', () => {
  const since = '1960-01-01';
  check('days', date({ epoch: { unit: 'days', since } }), [
    ['0', '1960-01-01'],
    ['20566', '2016-04-22'],
    ['20566.0', '2016-04-22'],
    ['-1', '1959-12-31'],
    ['-715509.0', '0001-01-01'],
    ['20566.5', REJECTED],
    ['2016-04-22', REJECTED],
    ['1e4', REJECTED],
    ['99999999999', REJECTED],
    ['-99999999999', REJECTED],
    ['', null],
  ]);
  check(
    'milliseconds',
    timestamp({ epoch: { unit: 'milliseconds', since: '1970-01-01' } }),
    [
      ['0', '1970-01-01 00:00:00'],
      ['1541106106796', '2018-11-01 21:01:46.796'],
      ['1541106106796.0', '2018-11-01 21:01:46.796'],
      ['-1', '1969-12-31 23:59:59.999'],
      ['9223372036854775807', REJECTED],
      ['-9223372036854775808', REJECTED],
      ['99999999999999999999', REJECTED],
    ],
  );
  check('seconds', timestamp({ epoch: { unit: 'seconds', since } }), [
    ['0', '1960-01-01 00:00:00'],
    ['86399', '1960-01-01 23:59:59'],
    ['-0.0', '1960-01-01 00:00:00'],
    ['-1', '1959-12-31 23:59:59'],
  ]);
  check(
    'seconds, of which the day counts',
    date({ epoch: { unit: 'seconds', since: '1970-01-01' } }),
    [
      ['86399', '1970-01-01'],
      ['86400', '1970-01-02'],
      ['-1', '1969-12-31'],
      ['-86400', '1969-12-31'],
      ['-86401', '1969-12-30'],
    ],
  );
});
