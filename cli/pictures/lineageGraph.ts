import type { PlanLineage, RelationLineage } from '../../core/lineage.ts';
import type { Plan } from '../../core/plan.ts';
import type { Box, Graph, Line } from './graph.ts';

const idOf = ({ kind, name }: Pick<RelationLineage, 'kind' | 'name'>) =>
  kind === 'source' || kind === 'table' ? name : `${kind} ${name}`;

/** The columns of a source that nothing takes values from are left out. */
const usedColumns = ({ relations }: PlanLineage) =>
  new Set(
    relations.flatMap(({ columns }) =>
      columns.flatMap(({ from }) =>
        from.map(({ relation, column }) => `${relation}.${column}`),
      ),
    ),
  );

const MARK = { 'as it is': '', cast: '', computed: ' ƒ', aggregated: ' Σ' };

const rowsOf = (
  one: RelationLineage,
  used: ReadonlySet<string>,
): Box['rows'] => {
  const shown = one.columns.filter(
    ({ column }) => one.kind !== 'source' || used.has(`${one.name}.${column}`),
  );
  const rows = shown.map(({ column, derivation }) => ({
    id: column,
    text: `${column}${MARK[derivation]}`,
  }));
  const left = one.columns.length - shown.length;
  return left > 0 ? [...rows, { id: '…', text: `… and ${left} more` }] : rows;
};

const subtitles = (plan: Plan): ReadonlyMap<string, string> =>
  new Map([
    ...plan.sources.map((s) => [s.name, `${s.kind}, ${s.scope}`] as const),
    ...plan.tables.map((t) => [t.name, t.mode] as const),
    ...plan.dashboard.map((c) => [`card ${c.title}`, c.chart] as const),
  ]);

/** Each column of a pipeline, and which columns its values come from. */
export const columnGraph = (plan: Plan, lineage: PlanLineage): Graph => {
  const used = usedColumns(lineage);
  const below = subtitles(plan);
  const shown = lineage.relations.filter(({ kind }) => kind !== 'query');
  const ids = new Set(shown.map(idOf));
  return {
    title: `${plan.pipeline}: from source columns to cards`,
    boxes: shown.map((one) => {
      const subtitle = below.get(idOf(one));
      return {
        id: idOf(one),
        look: one.kind === 'query' ? 'card' : one.kind,
        title: one.name,
        ...(subtitle !== undefined && { subtitle }),
        rows: rowsOf(one, used),
      };
    }),
    lines: shown.flatMap((one) => [
      ...one.columns.flatMap(({ column, from }) =>
        from
          .filter(({ relation }) => ids.has(relation))
          .map(
            (field): Line => ({
              from: { box: field.relation, row: field.column },
              to: { box: idOf(one), row: column },
            }),
          ),
      ),
      ...onlyRows(one).map(
        (relation): Line => ({
          from: { box: relation },
          to: { box: idOf(one) },
          isFaint: true,
        }),
      ),
    ]),
  };
};

/** What a relation reads for its rows alone, such as to count them. */
const onlyRows = ({ reads, columns }: RelationLineage) =>
  reads.filter(
    (name) =>
      !columns.some(({ from }) => from.some((f) => f.relation === name)),
  );

/** The relations of several pipelines, without their columns. */
export const relationGraph = (
  pipelines: readonly { readonly plan: Plan; readonly lineage: PlanLineage }[],
): Graph => {
  const parts = pipelines.map(({ plan, lineage }) => {
    const prefix = (id: string) => `${plan.pipeline}.${id}`;
    const read = new Set(lineage.relations.flatMap(({ reads }) => reads));
    // A source may serve a check alone.
    const shown = lineage.relations.filter(
      ({ kind, name }) =>
        kind === 'table' || (kind === 'source' && read.has(name)),
    );
    const cards = lineage.relations.filter(({ kind }) => kind === 'card');
    const board = prefix('dashboard');
    const boxes: Box[] = [
      ...shown.map((one) => ({
        id: prefix(one.name),
        look: one.kind as 'source' | 'table',
        title: one.name,
        rows: [],
      })),
      {
        id: board,
        look: 'card',
        title: `${plan.pipeline}: ${cards.length} cards`,
        rows: [],
      },
    ];
    const names = new Set(shown.map(({ name }) => name));
    const drawn = new Set(cards.flatMap(({ reads }) => reads));
    const lines: Line[] = [
      ...shown.flatMap(({ name, reads }) =>
        reads
          .filter((one) => names.has(one))
          .map((one) => ({
            from: { box: prefix(one) },
            to: { box: prefix(name) },
          })),
      ),
      ...[...drawn].map((name) => ({
        from: { box: prefix(name) },
        to: { box: board },
      })),
    ];
    return { boxes, lines };
  });
  return {
    title: 'From sources to tables to dashboards',
    boxes: parts.flatMap(({ boxes }) => boxes),
    lines: parts.flatMap(({ lines }) => lines),
  };
};
