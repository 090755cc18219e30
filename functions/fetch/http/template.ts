import { SourceError } from '../../../core/errors.ts';
import type { Period } from '../../../core/period.ts';
import { periodGlob } from '../findRecorded.ts';

/** The parts of one item, by name. */
export type Item = Readonly<Record<string, string>>;

/** The period's parts, as templates name them. */
export const periodItem = ({ first }: Period): Item => {
  const [yyyy = '', MM = '', dd = ''] = first.split('-');
  return { yyyy, MM, dd };
};

/**
 * A template with the parts of an item in place of `{name}`.
 * @throws SourceError for a name that the item lacks.
 */
export const fill = (
  template: string,
  item: Item,
  encode: (value: string) => string = (value) => value,
): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = item[name];
    if (value === undefined)
      throw new SourceError(
        `{${name}} in "${template}" stands for nothing here: known are ` +
          Object.keys(item).join(', '),
      );
    return encode(value);
  });

/** The address with parameters; their names stay as they are, as in `$top`. */
export const withParams = (
  url: string,
  params: Readonly<Record<string, string | number>>,
): string => {
  const [address = '', fragment] = url.split('#');
  const text = Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const separator = address.includes('?') ? '&' : '?';
  const asked = text ? `${address}${separator}${text}` : address;
  return fragment === undefined ? asked : `${asked}#${fragment}`;
};

/** The address without some parameters; the others stay as they are written. */
export const withoutParams = (
  url: string,
  names: readonly string[],
): string => {
  const [, address = '', query, fragment = ''] =
    /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? [];
  if (query === undefined || names.length === 0) return url;
  const kept = query.split('&').filter((part) => {
    const [name = ''] = [...new URLSearchParams(part).keys()];
    return !names.includes(name);
  });
  return `${address}${kept.length > 0 ? `?${kept.join('&')}` : ''}${fragment}`;
};

/** As a part of a file's name. */
const namePart = (value: string) =>
  encodeURIComponent(value).replace(/^\./, '%2E').replaceAll('*', '%2A');

/**
 * The path of a landed file: the source's glob, with the parts that tell it
 * from its siblings in place of the last `*`. So a recording of it is found by
 * that glob.
 */
export const pathOf = (
  files: string,
  period: Period,
  parts: readonly (string | number)[],
): string => {
  const glob = periodGlob(files, period).replaceAll('**/', '');
  const name = parts.map((part) => namePart(`${part}`)).join('-') || '1';
  const at = glob.lastIndexOf('*');
  if (at < 0) return glob;
  const filled = `${glob.slice(0, at)}${name}${glob.slice(at + 1)}`;
  return filled.replaceAll('*', '1');
};
