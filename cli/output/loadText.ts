import type { Load } from '../../functions/shared/loadDestinations.ts';

/** One line of what a database was given. */
export const loadText = ({ destination, tables }: Load): string =>
  `loaded: ${destination}: ` +
  tables.map(({ table, rows }) => `${table} ${rows} rows`).join(', ');
