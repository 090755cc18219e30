/** What a command is told that leads it through other code. */
const WAYS = /^--(engine|live|replay|stage)(=|$)/;
const HELP = ['-h', '--help'];

/**
 * What kind of command it is, as far as it needs other code than another; none
 * where it is only to be explained.
 *
 * @param {readonly string[]} args as the process has them
 * @returns {string | undefined} of lower-case letters and `-`
 */
export const kindOf = ([command = '', ...rest]) => {
  if (!/^[a-z]+$/.test(command) || rest.some((arg) => HELP.includes(arg)))
    return undefined;
  const ways = rest.flatMap((arg) => WAYS.exec(arg)?.[1] ?? []);
  return [command, ...new Set(ways.sort())].join('-');
};
