import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { PIPELINES } from '../support/testLake.ts';
import type { Tariff } from './olinda.ts';

const sample = (...path: string[]) => join(PIPELINES, ...path);
export const read = (...path: string[]) => readFileSync(sample(...path));

/** By the quarter that a file is of, which its name need not be. */
export const quarters = () => {
  const folder = ['banks', 'sample', 'ranking'];
  return Object.fromEntries(
    readdirSync(sample(...folder)).map((name) => {
      const file = read(...folder, name);
      const [, row = ''] = file.toString('latin1').split('\n');
      const [year, quarter = ''] = row.split(';');
      return [`${year}-${quarter[0]}`, file];
    }),
  );
};

export const tariffs = () => {
  const folder = ['banks', 'sample', 'tariffs'];
  return Object.fromEntries(
    readdirSync(sample(...folder)).map((name): [string, Tariff[]] => {
      const { value, cnpj } = JSON.parse(read(...folder, name).toString());
      return [cnpj.padStart(8, '0'), value];
    }),
  );
};

/** The publisher's own file: the copy at hand has fewer columns. */
export const ourAirports = () => {
  const rows = parse<Record<string, string>>(
    read('arrivals', 'sample', 'us-airports.csv'),
    { columns: true },
  );
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const lines = rows.map(({ iso_region, ...row }) => ({
    ...row,
    country_name: 'United States',
    region_name: 'A state',
    iso_region: `US-${iso_region}`,
    local_region: `${iso_region}`,
  }));
  const header = Object.keys(lines[0] ?? {});
  return [header, ...lines.map((line) => Object.values(line))]
    .map((line) => line.map(quoted).join(','))
    .join('\n');
};
