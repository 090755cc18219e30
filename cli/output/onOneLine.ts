/** A text on one line, and with nothing that a terminal would obey. */
export const onOneLine = (text: string): string =>
  text.replace(/\p{Cc}/gu, (c) => JSON.stringify(c).slice(1, -1));
