/** What is left over when the greatest have been taken. */
export const OTHER = 'Other';

/** The names with the greatest sums, and whether there are more. */
export const greatest = (
  values: readonly (readonly [name: string, value: number])[],
  most: number,
): { readonly names: readonly string[]; readonly hasMore: boolean } => {
  const sums = new Map<string, number>();
  for (const [name, value] of values)
    sums.set(name, (sums.get(name) ?? 0) + value);
  const sorted = [...sums].sort(
    ([a, m], [b, n]) => n - m || (a < b ? -1 : a > b ? 1 : 0),
  );
  const hasMore = sorted.length > most;
  return {
    names: sorted.slice(0, hasMore ? most - 1 : most).map(([name]) => name),
    hasMore,
  };
};
