import fc from 'fast-check';
import { sortByPath } from './byteOrder.ts';

test('it is the order of the bytes, whatever the characters', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(text), (paths) => {
      const sorted = sortByPath(paths.map((path) => ({ path })));
      expect(sorted.map(({ path }) => path)).toEqual(
        paths.toSorted((a, b) =>
          Buffer.compare(Buffer.from(a), Buffer.from(b)),
        ),
      );
    }),
  );
});
