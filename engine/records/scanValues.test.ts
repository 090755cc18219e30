import { SourceError } from '../../core/errors.ts';
import { scanValues } from './scanValues.ts';

const PROGRAM = `libname library 'labels' ;
proc format library=library ;

/* I94CIT & I94RES - codes of countries */
  value i94cntyl
   582 =  'MEXICO Air Sea, and Not Reported (I-94, no land arrivals)'
   236 =  'AFGHANISTAN'

   -1 = 'It''s unknown' ;

value $i94prtl
	'ALC'	=	'ALCAN, AK             '
	'X;Y'	=	'a = b'
	'XXX' = 'INVALID: a/b*c'
;

/* I94MODE - There are missing values */
value i94model
	1 = 'Air'
	9 = 'Not reported' ;

/* I94VISA - Visa codes collapsed into three categories:
   1 = Business
   2 = Pleasure
*/
`.split('\n');

const scan = (block: string, lines: readonly string[] = PROGRAM) => [
  ...scanValues(lines, block),
];
const pairs = (block: string, lines?: readonly string[]) =>
  scan(block, lines).map(({ line, code, label }) => [line, code, label]);

describe('scanValues', () => {
  test('reads to the semicolon, over blank lines', () => {
    expect(pairs('i94cntyl')).toEqual([
      [6, '582', 'MEXICO Air Sea, and Not Reported (I-94, no land arrivals)'],
      [7, '236', 'AFGHANISTAN'],
      [9, '-1', "It's unknown"],
    ]);
  });

  test('unquotes codes and labels and keeps what is inside', () => {
    expect(pairs('$i94prtl')).toEqual([
      [12, 'ALC', 'ALCAN, AK             '],
      [13, 'X;Y', 'a = b'],
      [14, 'XXX', 'INVALID: a/b*c'],
    ]);
  });

  test('reads a list in a comment', () => {
    expect(pairs('I94VISA')).toEqual([
      [23, '1', 'Business'],
      [24, '2', 'Pleasure'],
    ]);
  });

  test('finds the list without regard to case', () => {
    expect(pairs('I94MODEL')).toEqual(pairs('i94model'));
  });

  test('keeps the line as it is', () => {
    expect(scan('i94model')[0]).toEqual({
      line: 19,
      raw: "\t1 = 'Air'",
      code: '1',
      label: 'Air',
    });
  });

  const refuse = (lines: readonly string[], block: string) => {
    try {
      scan(block, lines);
    } catch (error) {
      return error as SourceError;
    }
    return undefined;
  };

  test.each<[string, string[], string, RegExp, number | undefined]>([
    ['no such list', PROGRAM, 'i94none', /no value list "i94none"/, undefined],
    ['a part of its name', PROGRAM, 'i94', /no value list/, undefined],
    ['no end', ['value a', "1 = 'x'"], 'a', /has no end/, 1],
    [
      'a line that is no entry',
      ['value a', "1 = 'x'", '2 : y', ';'],
      'a',
      /not code = 'label': 2 : y/,
      3,
    ],
  ])('refuses %s', (_, lines, block, message, line) => {
    const error = refuse(lines, block);
    expect(error).toBeInstanceOf(SourceError);
    expect(error?.message).toMatch(message);
    expect(error?.place.line).toBe(line);
  });
});
