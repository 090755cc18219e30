import fc from 'fast-check';
import { scanJson } from './scanJson.ts';

const scan = (text: string) => [...scanJson(text.split('\n'))];
const show = (text: string) =>
  scan(text).map(({ line, raw }) => `${line}: ${raw}`);

describe('scanJson', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['blank lines', '\n  \n\t\n', []],
    ['one on a line', '{"a":1}\n{"a":2}\n', ['1: {"a":1}', '2: {"a":2}']],
    [
      'blank lines between',
      '\n{"a":1}\n\n{"a":2}',
      ['2: {"a":1}', '4: {"a":2}'],
    ],
    [
      'several on a line',
      '{"a":1}{"a":2} {"a":3}',
      ['1: {"a":1}', '1: {"a":2}', '1: {"a":3}'],
    ],
    [
      'pretty-printed',
      '{\n  "a": 1\n}\n{\n  "a": 2\n}',
      ['1: {\n  "a": 1\n}', '4: {\n  "a": 2\n}'],
    ],
    [
      'pretty-printed, one straight after another',
      '{\n"a":1\n}{\n"a":2\n}',
      ['1: {\n"a":1\n}', '3: {\n"a":2\n}'],
    ],
    ['indented', '  {"a":1}  \n  {"a":2}', ['1: {"a":1}', '2: {"a":2}']],
    [
      'nested',
      '{"a":{"b":[{}]}}{"a":[]}',
      ['1: {"a":{"b":[{}]}}', '1: {"a":[]}'],
    ],
    [
      'braces in a string',
      '{"a":"}{"}\n{"a":"]"}',
      ['1: {"a":"}{"}', '2: {"a":"]"}'],
    ],
    [
      'quotes and backslashes escaped',
      '{"a":"\\"}\\\\"}{"a":2}',
      ['1: {"a":"\\"}\\\\"}', '1: {"a":2}'],
    ],
    ['a list', '[1,\n2]\n{"a":1}', ['1: [1,\n2]', '3: {"a":1}']],
    ['text that is no JSON', 'error\n{"a":1}', ['1: error', '2: {"a":1}']],
    [
      'a record cut in a string',
      '{"a":"x\n{"a":2}\n{"a":3}',
      ['1: {"a":"x', '2: {"a":2}', '3: {"a":3}'],
    ],
    [
      'a record cut after a value',
      '{"a":1,\n{"a":2}\n{"a":3}',
      ['1: {"a":1,', '2: {"a":2}', '3: {"a":3}'],
    ],
    ['the last record cut', '{"a":1}\n{"a":', ['1: {"a":1}', '2: {"a":']],
    [
      'a pretty-printed record cut',
      '{\n  "a": 1,\n{"a":2}\n{"a":3}',
      ['1: {\n  "a": 1,', '3: {"a":2}', '4: {"a":3}'],
    ],
    [
      'a brace too many',
      '{"a":1}}\n{"a":2}',
      ['1: {"a":1}', '1: }', '2: {"a":2}'],
    ],
    ['a string without an object', '"x"\n{"a":2}', ['1: "x"', '2: {"a":2}']],
  ])('%s', (_, text, expected) => {
    expect(show(text)).toEqual(expected);
  });

  test.each<[string, string, unknown[]]>([
    [
      'in a list',
      '{"a": [\n{"b":1},\n{"b":2}\n]}\n{"c":3}',
      [{ a: [{ b: 1 }, { b: 2 }] }, { c: 3 }],
    ],
    ['alone in a list', '{"a": [\n{"b":1}\n]}', [{ a: [{ b: 1 }] }]],
    ['after a colon', '{"a":\n{"b":1}\n}{"c":3}', [{ a: { b: 1 } }, { c: 3 }]],
  ])('a nested object that begins a line stays: %s', (_, text, expected) => {
    expect(scan(text).map(({ raw }) => JSON.parse(raw))).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    [
      'where objects follow each other without a comma',
      '{"a":[\n{"b":1}\n{"b":2}',
      ['{"a":[', '{"b":1}', '{"b":2}'],
    ],
    ['at the end', '{"a":[1,\n{"b":1}', ['{"a":[1,', '{"b":1}']],
    [
      'where it closes and is no JSON',
      '{"a":[1,\n{"b":1}\n]x}\n{"b":2}',
      ['{"a":[1,', '{"b":1}', ']', 'x}', '{"b":2}'],
    ],
  ])('a list cut before an object ends: %s', (_, text, expected) => {
    expect(scan(text).map(({ raw }) => raw)).toEqual(expected);
  });
});

// No key that is a backslash: JSON.parse of Node 24 may take "\"" for it.
const key = fc.string({ unit: fc.constantFrom('a', '"', '{', '\n') });
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', ':', ',', 'é'),
    }),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(key, tie('any'), { maxKeys: 3 }),
  ),
})).any;
const object = fc.dictionary(key, value, { maxKeys: 4 });

/** One object as text: on one line, or on many. */
const written = fc.record({
  object,
  indent: fc.constantFrom(0, 2),
  after: fc.constantFrom('', ' ', '\n', '\n\n'),
});

describe('scanJson on whole objects', () => {
  test('finds each of them', () =>
    fc.assert(
      fc.property(fc.array(written), (parts) => {
        const text = parts
          .map(
            ({ object: o, indent, after }) =>
              JSON.stringify(o, null, indent) + after,
          )
          .join('');
        expect(scan(text).map(({ raw }) => JSON.parse(raw))).toEqual(
          parts.map((part) => part.object),
        );
      }),
      { numRuns: 300 },
    ));

  test('a broken one on a line takes no other with it', () =>
    fc.assert(
      fc.property(
        fc.array(object, { minLength: 1, maxLength: 4 }),
        object,
        fc.array(object, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (before, broken, after, cut) => {
          const whole = JSON.stringify(broken);
          const part = whole.slice(0, 1 + (cut % (whole.length - 1)));
          const good = [...before, ...after];
          const lines = [
            ...before.map((o) => JSON.stringify(o)),
            part,
            ...after.map((o) => JSON.stringify(o)),
          ];
          const raws = scan(lines.join('\n')).map(({ raw }) => raw);
          expect(raws).toHaveLength(good.length + 1);
          for (const o of good) expect(raws).toContain(JSON.stringify(o));
        },
      ),
      { numRuns: 300 },
    ));
});
