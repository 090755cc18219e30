import { html } from 'hono/html';

/** A piece of a page; every text within it is escaped. */
export type Html = ReturnType<typeof html>;

export { html };

/** Pieces one after the other. */
export const all = <T>(items: readonly T[], piece: (item: T) => Html): Html =>
  html`${items.map(piece)}`;

export const nothing: Html = html``;

/** A link's path: each part is one part, whatever is in it. */
export const path = (...parts: readonly string[]): string =>
  `/${parts.map(encodeURIComponent).join('/')}`;
