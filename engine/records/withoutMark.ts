const MARK = 0xfeff;

/** A text without the byte order mark that may stand before it. */
export const withoutMark = (text: string): string =>
  text.charCodeAt(0) === MARK ? text.slice(1) : text;
