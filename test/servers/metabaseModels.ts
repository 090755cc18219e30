export type Model = 'card' | 'dashboard' | 'collection' | 'database';
export type Row = Record<string, unknown> & { readonly id: number };
type Body = Readonly<Record<string, unknown>>;

const CARD = [
  ...['name', 'display', 'visualization_settings', 'dataset_query'],
  ...['description', 'collection_id', 'parameters', 'dashboard_id', 'type'],
];

/** What the API declares; all else in a body is dropped without a word. */
export const KEYS = {
  card: { create: [...CARD, 'entity_id'], update: [...CARD, 'archived'] },
  dashboard: {
    create: [
      ...['name', 'description', 'parameters', 'cache_ttl'],
      ...['collection_id', 'collection_position'],
    ],
    update: [
      ...['name', 'description', 'parameters', 'dashcards', 'tabs', 'width'],
      ...['auto_apply_filters', 'archived', 'collection_id'],
    ],
  },
  collection: {
    create: ['name', 'description', 'parent_id'],
    update: ['name', 'description', 'archived', 'parent_id'],
  },
  database: {
    create: [
      ...['name', 'engine', 'details', 'is_full_sync', 'is_on_demand'],
      ...['schedules', 'auto_run_queries'],
    ],
    update: ['name', 'details', 'schedules'],
  },
  dashcard: [
    ...['id', 'card_id', 'row', 'col', 'size_x', 'size_y', 'series'],
    ...['dashboard_tab_id', 'parameter_mappings', 'visualization_settings'],
    'inline_parameters',
  ],
} as const;

const REQUIRED: Readonly<Record<Model, readonly string[]>> = {
  card: ['name', 'display', 'visualization_settings', 'dataset_query'],
  dashboard: ['name'],
  collection: ['name'],
  database: ['name', 'engine', 'details'],
};

export const stripped = (body: Body, keys: readonly string[]): Body & Row =>
  Object.fromEntries(
    Object.entries(body).filter(([key]) => keys.includes(key)),
  ) as Body & Row;

/** As a server of another version may keep it: with settings of its own. */
export const rewritten = (body: Body): Body => ({
  ...body,
  ...(body.visualization_settings !== undefined && {
    visualization_settings: {
      ...(body.visualization_settings as object),
      'graph.version': 2,
    },
  }),
  ...(Array.isArray(body.dashcards) && {
    dashcards: body.dashcards.map((box: Body) => ({
      ...box,
      visualization_settings: { 'card.hide_empty': false },
    })),
  }),
});

/** What is wrong with a body, by its key. */
export const missingOf = (
  model: Model,
  body: Body,
  isNew: boolean,
): Record<string, string> => {
  const wrong: Record<string, string> = {};
  for (const key of isNew ? REQUIRED[model] : [])
    if (body[key] === undefined || body[key] === '')
      wrong[key] = 'missing required key';
  const { description } = body;
  if (description !== undefined && description !== null)
    if (typeof description !== 'string' || description.trim() === '')
      wrong.description = 'value must be a non-blank string';
  return wrong;
};

const SHOWN: Readonly<Record<Model, Body>> = {
  card: {
    ...{ description: null, type: 'question', collection_id: null },
    ...{ parameters: [], parameter_mappings: [], enable_embedding: false },
    ...{ creator_id: 1, query_type: 'native', result_metadata: null },
    ...{ created_at: '2026-01-01T00:00:00Z' },
    ...{ updated_at: '2026-01-01T00:00:00Z', table_id: null },
    ...{ collection_position: null, cache_ttl: null, dashboard_id: null },
  },
  dashboard: {
    ...{ description: null, parameters: [], collection_id: null },
    ...{ creator_id: 1, width: 'fixed', auto_apply_filters: true },
    ...{ created_at: '2026-01-01T00:00:00Z' },
    ...{ updated_at: '2026-01-01T00:00:00Z', cache_ttl: null },
    ...{ enable_embedding: false, collection_position: null },
    public_uuid: null,
  },
  collection: { description: null, location: '/', slug: 'c', parent_id: null },
  database: { initial_sync_status: 'complete', features: [] },
};

/** A row as the API shows it: with defaults, and a box with its card. */
export const shown = (
  model: Model,
  row: Row,
  rows: Readonly<Record<Model, Row[]>>,
): Body => {
  const whole: Body = { ...SHOWN[model], ...row };
  if (model === 'database') {
    const { password, ...details } = row.details as Body;
    return {
      ...whole,
      details: { ...details, ...(password ? { password: '**Pass**' } : {}) },
    };
  }
  if (model === 'card') {
    const query = row.dataset_query as { readonly database?: number };
    return { ...whole, database_id: query.database ?? null };
  }
  if (model !== 'dashboard') return whole;
  const dashcards = (row.dashcards as Body[]).map((dashcard) => {
    const card = rows.card.find(({ id }) => id === dashcard.card_id);
    return {
      ...{ dashboard_tab_id: null, series: [], parameter_mappings: [] },
      ...{ visualization_settings: {}, inline_parameters: [] },
      ...{ entity_id: null },
      ...dashcard,
      card: card ? shown('card', card, rows) : null,
    };
  });
  return { ...whole, dashcards };
};
