/** From here on, the order of UTF-16 is no longer that of the bytes of UTF-8. */
const BEYOND = /[\ud800-\uffff]/;

/**
 * Sorts by the bytes of paths, as a bucket lists its keys. Of thousands, to turn
 * each into bytes would take most of the time, and few need it.
 */
export const sortByPath = <T extends { readonly path: string }>(
  items: readonly T[],
): T[] => {
  if (items.some(({ path }) => BEYOND.test(path))) {
    const bytes = new Map(items.map(({ path }) => [path, Buffer.from(path)]));
    const of = ({ path }: T) => bytes.get(path) as Buffer;
    return items.toSorted((a, b) => Buffer.compare(of(a), of(b)));
  }
  return items.toSorted((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : 0,
  );
};
