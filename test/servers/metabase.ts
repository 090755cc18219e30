import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { listen } from './listen.ts';
import {
  KEYS,
  type Model,
  missingOf,
  type Row,
  rewritten,
  shown,
  stripped,
} from './metabaseModels.ts';

type Body = Record<string, unknown>;

/** A request that was made of it: the method and the path. */
export interface Call {
  readonly method: string;
  readonly path: string;
}

export interface MetabaseDouble {
  readonly url: string;
  readonly calls: Call[];
  readonly rows: Readonly<Record<Model, Row[]>>;
  /** As long as this is above 0, it is starting; each request takes one off. */
  starting: number;
  /** Why a new database cannot be reached; none where it can. */
  databaseFault: string | undefined;
  /** Whether it puts down settings in words of its own. */
  rewrites: boolean;
  /** Ends the connection of the nth write from now on, after it was done. */
  hangUpAfterWrites: number;
  stop(): Promise<void>;
}

class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(String(status));
    this.status = status;
    this.body = body;
  }
}

const bodyOf = async (request: IncomingMessage): Promise<Body> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? (JSON.parse(text) as Body) : {};
};

const entityId = () => randomUUID().replaceAll('-', '').slice(0, 21);

/**
 * A server that answers as Metabase's HTTP API does, as far as a client of
 * dashboards meets it: unknown keys are dropped, dashboards begin empty, boxes
 * are replaced as a whole, and it is set up once.
 */
export const startMetabase = async (port = 0): Promise<MetabaseDouble> => {
  const setupToken = randomUUID();
  const sessions = new Set<string>();
  const keys = new Map<string, string>();
  let user: Body | undefined;
  let next = 1;
  const rows: Record<Model, Row[]> = {
    ...{ card: [], dashboard: [], collection: [], database: [] },
  };

  const check = (model: Model, body: Body, isNew: boolean): Body => {
    const errors = missingOf(model, body, isNew);
    if (Object.keys(errors).length > 0)
      throw new Refusal(400, { errors, 'specific-errors': errors });
    const kept = stripped(
      body,
      isNew ? KEYS[model].create : KEYS[model].update,
    );
    return double.rewrites ? rewritten(kept) : kept;
  };

  const find = (model: Model, id: string): Row => {
    const row = rows[model].find(
      (one) => String(one.id) === id || one.entity_id === id,
    );
    if (!row) throw new Refusal(404, 'Not found.');
    return row;
  };

  const create = (model: Model, body: Body): Row => {
    const given = check(model, body, true);
    if (model === 'database' && double.databaseFault)
      throw new Refusal(400, { message: double.databaseFault, errors: {} });
    if (
      given.entity_id !== undefined &&
      rows[model].some((row) => row.entity_id === given.entity_id)
    )
      throw new Refusal(500, { message: 'duplicate key value: entity_id' });
    const row: Row = {
      id: next++,
      entity_id: entityId(),
      archived: false,
      ...given,
      ...(model === 'dashboard' && { dashcards: [], tabs: [] }),
    };
    rows[model].push(row);
    return row;
  };

  /** A full replacement: negative ids are new ones, ids left out go. */
  const dashcardsOf = (row: Row, wanted: readonly Body[]): Body[] => {
    const old = (row.dashcards ?? []) as Body[];
    const ids = wanted.map(({ id }) => Number(id));
    if (new Set(ids).size < ids.length)
      throw new Refusal(400, { errors: { dashcards: 'ids must be unique' } });
    return wanted.map((dashcard) => {
      const id = Number(dashcard.id);
      if (id >= 0 && !old.some((one) => one.id === id))
        throw new Refusal(404, 'Not found.');
      if (dashcard.card_id) find('card', String(dashcard.card_id));
      const kept = stripped(dashcard, KEYS.dashcard);
      return { ...kept, id: id < 0 ? next++ : id, dashboard_id: row.id };
    });
  };

  const update = (model: Model, id: string, body: Body): Row => {
    if (!/^\d+$/.test(id)) throw new Refusal(404, 'Not found.');
    const row = find(model, id);
    const given = check(model, body, false);
    const dashcards = given.dashcards as Body[] | undefined;
    if (model === 'dashboard' && dashcards)
      given.dashcards = dashcardsOf(row, dashcards);
    if (given.archived === false && row.archived) leaveTrash(row, given);
    Object.assign(row, given);
    if (model === 'collection' && given.archived === true)
      for (const one of [...rows.card, ...rows.dashboard])
        if (one.collection_id === row.id) one.archived = true;
    return row;
  };

  /** It goes back to where it was, unless that is in the trash itself. */
  const leaveTrash = (row: Row, given: Body) => {
    const target = given.collection_id ?? row.collection_id;
    const collection = rows.collection.find(({ id }) => id === target);
    if (collection?.archived)
      throw new Refusal(400, { message: 'The collection is in the trash.' });
  };

  /** A copy keeps the description; it has ids of its own. */
  const copyDashboard = (id: string, { name }: Body): Row => {
    const row = structuredClone(find('dashboard', id));
    const dashcards = (row.dashcards as Body[]).map((box) => ({
      ...box,
      id: next++,
    }));
    const own = { id: next++, entity_id: entityId(), dashcards };
    rows.dashboard.push({ ...row, ...own, ...(name ? { name } : {}) });
    return rows.dashboard.at(-1) as Row;
  };

  const items = (id: string, models: readonly string[]) => {
    const parent = id === 'root' ? null : find('collection', id).id;
    const inside = (model: Model) =>
      rows[model]
        .filter((row) => !row.archived)
        .filter(
          (row) =>
            (model === 'collection' ? row.parent_id : row.collection_id) ===
            (parent ?? undefined),
        )
        .map((row) => ({
          ...{ id: row.id, model, name: row.name, archived: false },
          ...{ description: row.description, entity_id: row.entity_id },
        }));
    const all = (['card', 'dashboard', 'collection'] as const).flatMap(inside);
    const data = all.filter(
      ({ model }) => models.length === 0 || models.includes(model),
    );
    return { data, total: data.length, limit: null, offset: null };
  };

  const setUp = (body: Body) => {
    if (user) throw new Refusal(403, 'The /api/setup route can only be used…');
    if (body.token !== setupToken)
      throw new Refusal(400, { errors: { token: 'Token does not match' } });
    user = body.user as Body;
    return logIn();
  };

  const logIn = () => {
    const id = randomUUID();
    sessions.add(id);
    return { id };
  };

  const open = (method: string, path: string, body: Body): unknown => {
    if (path === '/api/session/properties')
      return {
        'has-user-setup': user !== undefined,
        'setup-token': user ? null : setupToken,
        version: { tag: 'v0.58.3', date: '2026-02-01', hash: 'abc' },
        'token-features': {},
      };
    if (method === 'POST' && path === '/api/setup') return setUp(body);
    if (method === 'POST' && path === '/api/session') {
      const isRight =
        body.username === user?.email && body.password === user?.password;
      if (!isRight)
        throw new Refusal(401, {
          errors: { password: 'did not match stored password' },
        });
      return logIn();
    }
    return undefined;
  };

  const makeKey = ({ name, group_id }: Body) => {
    if (group_id !== 2) throw new Refusal(400, { errors: { group_id: 'no' } });
    if (keys.has(String(name)))
      throw new Refusal(400, {
        errors: { name: 'An API key with this name already exists.' },
      });
    const unmasked_key = `mb_${randomUUID()}`;
    keys.set(String(name), unmasked_key);
    return { id: next++, name, unmasked_key };
  };

  const closed = (method: string, address: URL, body: Body): unknown => {
    const [, , model = '', id, more] = address.pathname.split('/');
    const is = (wanted: string) =>
      `${method} ${address.pathname.slice('/api/'.length)}` === wanted;
    if (is('GET user/current'))
      return {
        ...{ id: 1, email: 'a@example.com', common_name: 'A B' },
        ...{ first_name: 'A', last_name: 'B', is_superuser: true },
        ...{ is_active: true, is_qbnewb: false, group_ids: [1, 2] },
      };
    if (is('GET permissions/group'))
      return [
        { id: 1, name: 'All Users', member_count: 1 },
        { id: 2, name: 'Administrators', member_count: 1 },
      ];
    if (is('POST api-key')) return makeKey(body);
    if (method === 'GET' && model === 'collection' && more === 'items')
      return items(id ?? '', address.searchParams.getAll('models'));
    if (method === 'POST' && model === 'database' && more === 'sync_schema') {
      find('database', id ?? '');
      return { status: 'ok' };
    }
    if (method === 'POST' && model === 'dashboard' && more === 'copy')
      return shown('dashboard', copyDashboard(id ?? '', body), rows);
    if (!(model in rows) || more) throw new Refusal(404, 'Not found.');
    const kind = model as Model;
    const show = (row: Row) => shown(kind, row, rows);
    if (method === 'POST' && !id) return show(create(kind, body));
    if (method === 'PUT' && id) return show(update(kind, id, body));
    if (method === 'GET' && id) return show(find(kind, id));
    if (method === 'GET' && kind === 'database')
      return { data: rows.database.map(show), total: rows.database.length };
    if (method === 'GET')
      return rows[kind].filter(({ archived }) => !archived).map(show);
    throw new Refusal(404, 'Not found.');
  };

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const { method = '', url = '' } = request;
    const address = new URL(url, 'http://double');
    const { pathname } = address;
    double.calls.push({ method, path: pathname });
    if (double.starting > 0) {
      double.starting--;
      throw new Refusal(503, { status: 'initializing', progress: 0.3 });
    }
    if (pathname === '/api/health') return { status: 'ok' };
    const body = await bodyOf(request);
    const found = open(method, pathname, body);
    if (found !== undefined) return found;
    const { 'x-api-key': key, 'x-metabase-session': session } = request.headers;
    const isKnown =
      sessions.has(String(session)) || [...keys.values()].includes(String(key));
    if (!isKnown) throw new Refusal(401, 'Unauthenticated');
    return closed(method, address, body);
  };

  const server = createServer(
    async (request: IncomingMessage, response: ServerResponse) => {
      const send = (status: number, body: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      try {
        const body = await answer(request);
        const isWrite = request.method !== 'GET';
        if (isWrite && --double.hangUpAfterWrites === 0)
          request.socket.destroy();
        else send(200, body);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        send(error.status, error.body);
      }
    },
  );
  const double: MetabaseDouble = {
    url: await listen(server, port),
    ...{ calls: [], rows, starting: 0, databaseFault: undefined },
    ...{ rewrites: false, hangUpAfterWrites: 0 },
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return double;
};
