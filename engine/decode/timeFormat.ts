import { DefinitionError } from '../../core/errors.ts';

/** Java's pattern letters: the regular expression, and DuckDB's specifier. */
const LETTERS: Readonly<Record<string, readonly [string, string]>> = {
  yyyy: ['[0-9]{4}', '%Y'],
  MM: ['(0[1-9]|1[0-2])', '%m'],
  M: ['(0?[1-9]|1[0-2])', '%m'],
  dd: ['(0[1-9]|[12][0-9]|3[01])', '%d'],
  d: ['(0?[1-9]|[12][0-9]|3[01])', '%d'],
  HH: ['([01][0-9]|2[0-3])', '%H'],
  hh: ['(0[1-9]|1[0-2])', '%I'],
  mm: ['[0-5][0-9]', '%M'],
  ss: ['[0-5][0-9]', '%S'],
  SSS: ['[0-9]{3}', '%g'],
  SSSSSS: ['[0-9]{6}', '%f'],
  a: ['[AaPp][Mm]', '%p'],
};

/**
 * A Java date pattern as a regular expression and a `strptime` format.
 * @throws DefinitionError for a letter that is not supported.
 */
export const timeFormat = (
  format: string,
): { readonly pattern: string; readonly strptime: string } => {
  let pattern = '';
  let strptime = '';
  for (const [part] of format.matchAll(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']/g)) {
    const known = LETTERS[part];
    const isLetter = /^[A-Za-z]/.test(part);
    if (isLetter && !known)
      throw new DefinitionError('', [
        `the format "${format}" holds "${part}"; known are ` +
          Object.keys(LETTERS).join(', '),
      ]);
    const literal = part.startsWith("'") ? part.slice(1, -1) : part;
    pattern += known?.[0] ?? literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    strptime += known?.[1] ?? literal.replaceAll('%', '%%');
  }
  return { pattern, strptime };
};
