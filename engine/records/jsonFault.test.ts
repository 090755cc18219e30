import fc from 'fast-check';
import { jsonFault } from './jsonFault.ts';

const fault = (json: string) => jsonFault(json, JSON.parse(json));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('jsonFault', () => {
  test.each<[string, string, string | undefined]>([
    ['a plain object', '{"a":1,"b":[{"a":1},{"a":2}]}', undefined],
    ['colons in texts', '{"a": ":", "b" : "x \\":\\"", ":": 1}', undefined],
    ['a member twice', '{"a":1,"b":2,"a":3}', 'the member "a" is there twice'],
    ['with blanks', '{"a" : 1,\n"a"\t:2}', 'the member "a" is there twice'],
    [
      'written in two ways',
      '{"a":1,"\\u0061":2}',
      'the member "a" is there twice',
    ],
    ['deep within', '{"x":[{"a":{},"a":2}]}', 'the member "a" is there twice'],
    ['that objects have', '{"__proto__":1,"constructor":2}', undefined],
    [
      'twice, that objects have',
      '{"__proto__":1,"__proto__":2}',
      'the member "__proto__" is there twice',
    ],
    ['a pair of surrogates', '{"a":"\\uD83D\\ude00"}', undefined],
    ['an escaped backslash', '{"a":"\\\\ud800 \\\\u0000"}', undefined],
    [
      'a lone surrogate',
      '{"t":"\\ud800x"}',
      'a lone surrogate in the member "t"',
    ],
    ['a second half', '{"t":"\\uDC00"}', 'a lone surrogate in the member "t"'],
    [
      'a lone surrogate deep within',
      '{"t":[{"u":1},"\\ud800"]}',
      'a lone surrogate in the member "t"',
    ],
    [
      'a lone surrogate in a name',
      '{"\\ud800":1}',
      'a lone surrogate in the name of a member',
    ],
    ['NUL', '{"a":1,"t":"x\\u0000"}', 'a NUL character in the member "t"'],
    ['as deep as may be', `{"a":${nested(199)}}`, undefined],
    ['too deep', `{"a":${nested(200)}}`, 'nested more than 200 deep'],
    ['far too deep', `{"a":${nested(100_000)}}`, 'nested more than 200 deep'],
  ])('%s', (_, json, expected) => expect(fault(json)).toBe(expected));

  test('clears whatever is written without one', () =>
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 6, stringUnit: 'grapheme' }),
        fc.constantFrom(0, 1),
        (json, indent) => {
          const value = JSON.parse(json);
          const isOdd = /\\u0000/.test(json);
          const written = JSON.stringify(value, null, indent);
          if (!isOdd) expect(jsonFault(written, value)).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    ));

  test('finds any member that is written twice', () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme-ascii' }), fc.jsonValue(), {
          minKeys: 1,
          noNullPrototype: true,
        }),
        (members) => {
          const [[name, value] = ['', 1]] = Object.entries(members);
          const again = JSON.stringify({ [name]: value }).slice(1);
          const json = `${JSON.stringify(members).slice(0, -1)},${again}`;
          expect(fault(json)).toBe(
            `the member ${JSON.stringify(name)} is there twice`,
          );
        },
      ),
      { numRuns: 300 },
    ));
});
