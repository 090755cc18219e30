import type { Card, Chart } from './card.ts';
import type { Pipeline } from './definePipeline.ts';
import type { Filter } from './filter.ts';

/** What each chart cannot do without. */
const NEEDS: Readonly<Record<Chart, readonly ('x' | 'y')[]>> = {
  scalar: ['y'],
  bar: ['x', 'y'],
  row: ['x', 'y'],
  line: ['x', 'y'],
  area: ['x', 'y'],
  scatter: ['x', 'y'],
  pie: ['x', 'y'],
  map: ['x', 'y'],
  table: [],
};

const SIZES = ['quarter', 'third', 'half', 'full'];
const FORMATS = ['number', 'percent', 'money', 'date'];
const TYPES: Readonly<Record<Filter['kind'], readonly string[]>> = {
  dates: ['date', 'timestamp'],
  text: ['string'],
};

const repeated = (names: readonly string[]) => [
  ...new Set(names.filter((name, i) => names.indexOf(name) !== i)),
];

const oneOf = (
  what: string,
  value: string | undefined,
  known: readonly string[],
) =>
  value === undefined || known.includes(value)
    ? []
    : [`${what} "${value}" is none of ${known.join(', ')}`];

const cardFaults = (card: Card, { tables }: Pipeline): string[] => {
  const { title, chart, top, currency, table: name } = card;
  const at = `card "${title}"`;
  const table = tables.find((one) => one.name === name);
  const faults = [
    ...oneOf(`${at}: chart`, chart, Object.keys(NEEDS)),
    ...oneOf(`${at}: size`, card.size, SIZES),
    ...oneOf(`${at}: format`, card.format, FORMATS),
  ];
  if (title.trim() === '') faults.push('a card has no title');
  if (name !== undefined && !table)
    faults.push(
      `${at} is over ${name}, which is none of the tables here: ` +
        tables.map((one) => one.name).join(', '),
    );
  for (const axis of NEEDS[chart] ?? [])
    if (!card[axis]) faults.push(`${at} is a ${chart} and names no ${axis}`);
  if (top !== undefined && !(Number.isInteger(top) && top > 0))
    faults.push(`${at}: top is ${top}: it is a whole number above 0`);
  if (currency !== undefined && card.format !== 'money')
    faults.push(`${at} has a currency, but its format is not money`);
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency))
    faults.push(`${at}: currency "${currency}" is no code such as EUR`);
  return faults;
};

const filterFaults = (filter: Filter, { tables }: Pipeline): string[] => {
  const at = `filter "${filter.name}"`;
  const faults = oneOf(`${at}: kind`, filter.kind, Object.keys(TYPES));
  if (!/^[a-z][a-z0-9_]*$/.test(filter.name))
    faults.push(`${at}: use lower case letters, digits and _`);
  if (filter.on.length === 0) faults.push(`${at} is on no column`);
  for (const { table: name, column } of filter.on) {
    const table = tables.find((one) => one.name === name);
    const type = table?.columns[column]?.type;
    if (!table)
      faults.push(
        `${at} is on ${name}, which is none of the tables here: ` +
          tables.map((one) => one.name).join(', '),
      );
    else if (type === undefined)
      faults.push(
        `${at} is on the column ${column} of ${name}, which has ` +
          Object.keys(table.columns).join(', '),
      );
    else if (TYPES[filter.kind] && !TYPES[filter.kind].includes(type))
      faults.push(
        `${at} takes ${filter.kind}, but ${name}.${column} is ${type}`,
      );
  }
  return faults;
};

/** What is wrong with cards and filters, as far as it shows without SQL. */
export const dashboardFaults = (pipeline: Pipeline): string[] => {
  const { dashboard = [], filters = [] } = pipeline;
  return [
    ...dashboard.flatMap((card) => cardFaults(card, pipeline)),
    ...repeated(dashboard.map(({ title }) => title)).map(
      (title) => `card "${title}" occurs twice`,
    ),
    ...filters.flatMap((filter) => filterFaults(filter, pipeline)),
    ...repeated(filters.map(({ name }) => name)).map(
      (name) => `filter "${name}" occurs twice`,
    ),
  ];
};
