import type {
  Plan,
  PlanColumn,
  PlanSource,
  PlanSql,
  PlanTable,
} from './plan.ts';

/** What a part of a definition is. */
export type Part =
  | 'pipeline'
  | 'source'
  | 'table'
  | 'column'
  | 'sql'
  | 'check'
  | 'query'
  | 'card'
  | 'filter';

/** One difference between two definitions of a pipeline. */
export interface DefinitionChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly part: Part;
  /** The part's name: `schedule`, `crimes.id`, `unsolved_by_type`. */
  readonly name: string;
  /** As text; SQL as it is written, all else as JSON without its quotes. */
  readonly before?: string;
  readonly after?: string;
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const isSame = (a: unknown, b: unknown) =>
  JSON.stringify(a) === JSON.stringify(b);

const changed = (
  part: Part,
  name: string,
  before: unknown,
  after: unknown,
): DefinitionChange[] =>
  isSame(before, after)
    ? []
    : [
        {
          kind:
            before === undefined
              ? 'added'
              : after === undefined
                ? 'removed'
                : 'changed',
          part,
          name,
          ...(before !== undefined && { before: shown(before) }),
          ...(after !== undefined && { after: shown(after) }),
        },
      ];

/** The properties of two objects, but for those that are compared otherwise. */
const properties = (
  part: Part,
  name: string,
  before: object,
  after: object,
  except: readonly string[],
): DefinitionChange[] => {
  const of = (value: object) => value as Readonly<Record<string, unknown>>;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .filter((key) => !except.includes(key))
    .flatMap((key) =>
      changed(
        part,
        name ? `${name}.${key}` : key,
        of(before)[key],
        of(after)[key],
      ),
    );
};

/** Pairs the items of two lists by name: those gone first, then as declared. */
const paired = <T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (item: T) => string,
): [string, T | undefined, T | undefined][] => {
  const find = (items: readonly T[], name: string) =>
    items.find((item) => nameOf(item) === name);
  const names = new Set([...before, ...after].map(nameOf));
  return [...names].map((name) => [
    name,
    find(before, name),
    find(after, name),
  ]);
};

const columnChanges = (
  relation: string,
  before: readonly PlanColumn[],
  after: readonly PlanColumn[],
): DefinitionChange[] => {
  const pairs = paired(before, after, ({ name }) => name);
  const changes = pairs.flatMap(([column, a, b]) => {
    const name = `${relation}.${column}`;
    const type = changed('column', name, a?.type, b?.type);
    if (!a || !b) return type;
    return [...type, ...properties('column', name, a, b, ['name', 'type'])];
  });
  const order = (
    columns: readonly PlanColumn[],
    others: readonly PlanColumn[],
  ) =>
    columns
      .map(({ name }) => name)
      .filter((name) => others.some((other) => other.name === name))
      .join(', ');
  const [was, is] = [order(before, after), order(after, before)];
  return [
    ...changes,
    ...changed('column', `${relation}: their order`, was, is),
  ];
};

const sqlChanges = (
  name: string,
  before: PlanSql | undefined,
  after: PlanSql | undefined,
): DefinitionChange[] =>
  (['text', 'spark', 'athena'] as const).flatMap((of) =>
    changed(
      'sql',
      of === 'text' ? name : `${name} (${of})`,
      before?.[of],
      after?.[of],
    ),
  );

const one = (kind: 'added' | 'removed', part: Part, name: string) => [
  { kind, part, name } as const,
];

const sourceChanges = (
  name: string,
  before: PlanSource | undefined,
  after: PlanSource | undefined,
): DefinitionChange[] => {
  if (!before) return one('added', 'source', name);
  if (!after) return one('removed', 'source', name);
  return [
    ...properties('source', name, before, after, ['columns']),
    ...columnChanges(name, before.columns, after.columns),
  ];
};

const tableChanges = (
  name: string,
  before: PlanTable | undefined,
  after: PlanTable | undefined,
): DefinitionChange[] => {
  if (!before) return one('added', 'table', name);
  if (!after) return one('removed', 'table', name);
  return [
    ...properties('table', name, before, after, ['columns', 'sql']),
    ...columnChanges(name, before.columns, after.columns),
    ...sqlChanges(name, before.sql, after.sql),
  ];
};

/** Saved queries and cards: what they are, and their SQL. */
const readerChanges = <T extends { readonly sql: PlanSql }>(
  part: 'query' | 'card',
  before: readonly T[],
  after: readonly T[],
  nameOf: (item: T) => string,
): DefinitionChange[] =>
  paired(before, after, nameOf).flatMap(([name, a, b]) => {
    if (!a) return one('added', part, name);
    if (!b) return one('removed', part, name);
    return [
      ...properties(part, name, a, b, ['sql']),
      ...sqlChanges(`${part} ${name}`, a.sql, b.sql),
    ];
  });

const LISTS = [
  'sources',
  'tables',
  'checks',
  'queries',
  'dashboard',
  'filters',
];

/** All that differs between two definitions of a pipeline, in reading order. */
export const planChanges = (before: Plan, after: Plan): DefinitionChange[] => [
  ...properties('pipeline', '', before, after, LISTS),
  ...paired(before.sources, after.sources, ({ name }) => name).flatMap((pair) =>
    sourceChanges(...pair),
  ),
  ...paired(before.tables, after.tables, ({ name }) => name).flatMap((pair) =>
    tableChanges(...pair),
  ),
  ...paired(
    before.checks,
    after.checks,
    (check) => `${check.relation}: ${check.name}`,
  ).flatMap(([name, a, b]) =>
    a && b
      ? properties('check', name, a, b, ['name', 'relation'])
      : one(a ? 'removed' : 'added', 'check', name),
  ),
  ...readerChanges('query', before.queries, after.queries, ({ name }) => name),
  ...readerChanges(
    'card',
    before.dashboard,
    after.dashboard,
    ({ title }) => title,
  ),
  ...paired(
    before.filters ?? [],
    after.filters ?? [],
    ({ name }) => name,
  ).flatMap(([name, a, b]) =>
    a && b
      ? properties('filter', name, a, b, ['name'])
      : one(a ? 'removed' : 'added', 'filter', name),
  ),
];
