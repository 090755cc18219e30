/** Deeper nesting than any data have; not every parser can follow it. */
const MAX_DEPTH = 200;
const BLANK = 32;
const QUOTE = 34;
/** What may stand for a lone surrogate or for NUL. */
const ODD_ESCAPE = /\\u(?:d[89a-f]|0000)/i;

/** The members of a value at every depth; NaN beyond the greatest depth. */
const countMembers = (value: unknown, depth = 1): number => {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > MAX_DEPTH) return Number.NaN;
  let count = 0;
  if (Array.isArray(value))
    for (const item of value) count += countMembers(item, depth + 1);
  else
    for (const name in value) {
      const member = (value as Record<string, unknown>)[name];
      count += 1;
      if (typeof member === 'object') count += countMembers(member, depth + 1);
    }
  return count;
};

/** Colons behind a quote or a blank: each member has one, a text may. */
const countColons = (json: string): number => {
  let count = 0;
  for (let at = json.indexOf(':'); at >= 0; at = json.indexOf(':', at + 1)) {
    const before = json.charCodeAt(at - 1);
    if (before === QUOTE || before <= BLANK) count++;
  }
  return count;
};

const oddCharacter = (text: string): string | undefined => {
  if (!text.isWellFormed()) return 'a lone surrogate';
  return text.includes('\0') ? 'a NUL character' : undefined;
};

/** Where the text ends whose quote stands at `from`: behind its last quote. */
const endOfText = (json: string, from: number): number => {
  let at = from + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
};

/** Goes through a JSON text token by token, for the first fault in it. */
const findFault = (json: string): string | undefined => {
  /** Of each value that is open, its names; none of a list. */
  const open: Set<string>[] = [];
  let member = '';
  for (let at = 0; at < json.length; at++) {
    const c = json[at];
    if (c === '{' || c === '[') {
      if (open.push(new Set()) > MAX_DEPTH)
        return `nested more than ${MAX_DEPTH} deep`;
    } else if (c === '}' || c === ']') open.pop();
    if (c !== '"') continue;
    const end = endOfText(json, at);
    const text: string = JSON.parse(json.slice(at, end));
    at = end - 1;
    const odd = oddCharacter(text);
    let next = end;
    while (json.charCodeAt(next) <= BLANK) next++;
    if (json[next] !== ':') {
      if (odd) return `${odd} in the member ${JSON.stringify(member)}`;
      continue;
    }
    if (odd) return `${odd} in the name of a member`;
    const names = open.at(-1);
    if (names?.has(text))
      return `the member ${JSON.stringify(text)} is there twice`;
    names?.add(text);
    if (open.length === 1) member = text;
  }
  return undefined;
};

/**
 * What a JSON text holds that one reader refuses and another takes, or that no
 * database stores: a member twice, a lone surrogate, NUL, endless nesting.
 * A record with it is set aside. Most texts are cleared by counting.
 * @param value what the text is, parsed.
 */
export const jsonFault = (json: string, value: unknown): string | undefined =>
  ODD_ESCAPE.test(json) || countColons(json) !== countMembers(value)
    ? findFault(json)
    : undefined;
