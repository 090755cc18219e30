/** Text in columns as wide as their widest value; numbers to the right. */
export const alignTable = (
  header: readonly string[],
  rows: readonly (readonly unknown[])[],
): string => {
  const cells = rows.map((row) =>
    row.map((value) =>
      value === null || value === undefined ? '' : `${value}`,
    ),
  );
  const isNumber = header.map(
    (_, i) =>
      rows.length > 0 &&
      cells.every((row) => /^-?[\d.,]*(e[+-]?\d+)?$/i.test(row[i] ?? '')),
  );
  // Not as arguments of one call: there may be too many for that.
  const widths = header.map((name, i) =>
    cells.reduce(
      (widest, row) => Math.max(widest, row[i]?.length ?? 0),
      name.length,
    ),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        isNumber[i]
          ? cell.padStart(widths[i] ?? 0)
          : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    line(header),
    line(widths.map((width) => '-'.repeat(width))),
    ...cells.map(line),
  ].join('\n');
};
