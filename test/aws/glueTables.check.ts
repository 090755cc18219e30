import {
  GetPartitionsCommand,
  GetTableCommand,
  GetTablesCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import type { CatalogState, CatalogTable } from '../../core/catalog.ts';
import { moveGlueTables } from '../../platform/aws/glueTables.ts';
import { openSubject } from '../../platform/contract/subject.ts';
import type { Catalog, Store } from '../../platform/ports.ts';
import { type Ministack, startMinistack } from '../servers/ministack.ts';
import { awsSubject, clientsOf } from './awsSubject.ts';

let server: Ministack;
let place: string;
let name: string;
let store: Store;
let catalog: Catalog;
const subject = awsSubject(() => server.endpoint);
const clients = () => clientsOf(server.endpoint);

beforeAll(async () => {
  server = await startMinistack();
});
afterAll(() => server.stop());
beforeEach(async () => {
  place = await subject.newPlace();
  ({ name } = JSON.parse(place));
  ({ store, catalog } = await openSubject(subject, place));
});
afterEach(() => subject.removePlace(place));

describe('the tables of Glue', () => {
  const snapshot = (run: string, month?: string) => ({
    values: month === undefined ? {} : { month },
    location: `tables/shop/t/run=${run}/${month ? `month=${month}/` : ''}`,
    files: ['part-0.parquet'],
    run,
    period: month ?? '2024-05',
    rows: 1,
    bytes: 1,
  });
  const whole = (run: string): CatalogTable => ({
    mode: 'replace',
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'price', type: 'decimal(12,2)' },
    ],
    partitionBy: [],
    partitions: [snapshot(run)],
  });
  const byMonth = (runs: Readonly<Record<string, string>>): CatalogTable => ({
    mode: 'partition',
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'month', type: 'string' },
    ],
    partitionBy: ['month'],
    partitions: Object.entries(runs).map(([month, run]) =>
      snapshot(run, month),
    ),
  });
  const put = async (tables: CatalogState['tables'], run = 'r') => {
    const before = await catalog.read('shop');
    await catalog.replace(before, { ...before, run, tables });
  };
  const DatabaseName = () => `${name}_shop`;
  const tableOf = async (Name: string) => {
    const get = new GetTableCommand({ DatabaseName: DatabaseName(), Name });
    return (await clients().glue.send(get)).Table;
  };
  const locations = async () => {
    const get = new GetPartitionsCommand({
      DatabaseName: DatabaseName(),
      TableName: 'months',
    });
    const { Partitions = [] } = await clients().glue.send(get);
    return Object.fromEntries(
      Partitions.map(({ Values, StorageDescriptor }) => [
        Values?.join(),
        StorageDescriptor?.Location,
      ]),
    );
  };
  const uri = (key: string) => `s3://${name}-lake/${key}`;

  test('a table points to its snapshot, moves, and goes', async () => {
    await put({ t: whole('r1') });
    const table = await tableOf('t');
    expect(table?.StorageDescriptor?.Location).toBe(
      uri('tables/shop/t/run=r1/'),
    );
    expect(table?.StorageDescriptor?.Columns).toMatchObject([
      { Name: 'id', Type: 'bigint' },
      { Name: 'price', Type: 'decimal(12,2)' },
    ]);
    await put({ t: whole('r2') });
    expect((await tableOf('t'))?.StorageDescriptor?.Location).toBe(
      uri('tables/shop/t/run=r2/'),
    );
    await put({});
    const list = new GetTablesCommand({ DatabaseName: DatabaseName() });
    expect((await clients().glue.send(list)).TableList).toEqual([]);
  });

  test('partitions are added, moved and removed, each for itself', async () => {
    await put({ months: byMonth({ '2024-01': 'r1', '2024-02': 'r1' }) });
    await put({
      months: byMonth({ '2024-02': 'r2', '2024-03': 'r2' }),
    });
    expect(await locations()).toEqual({
      '2024-02': uri('tables/shop/t/run=r2/month=2024-02/'),
      '2024-03': uri('tables/shop/t/run=r2/month=2024-03/'),
    });
    expect((await tableOf('months'))?.PartitionKeys).toMatchObject([
      { Name: 'month', Type: 'string' },
    ]);
  });

  test('more partitions than Glue takes at once', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 230 }, (_, i) => [`m${i}`, 'r1']),
    );
    await put({ months: byMonth(many) });
    expect(Object.keys(await locations())).toHaveLength(230);
    await put({ months: byMonth({ m7: 'r2' }) });
    expect(await locations()).toEqual({
      m7: uri('tables/shop/t/run=r2/month=m7/'),
    });
  });

  test('what a crash left behind follows when it is settled', async () => {
    await put({ a: whole('r1'), t: whole('r1') });
    const state = await catalog.read('shop');
    const next = {
      ...state,
      version: state.version + 1,
      tables: { a: whole('r2'), t: whole('r2'), new: whole('r2') },
    };
    // Killed between the commit and the second table.
    await store.write('catalog/shop.json', JSON.stringify(next));
    await moveGlueTables(
      clients().glue,
      { ...next, tables: { a: whole('r2'), t: whole('r1') } },
      {
        bucket: `${name}-lake`,
        database: DatabaseName(),
        version: next.version,
      },
    );
    await catalog.settle('shop');
    await catalog.settle('shop');
    for (const each of ['a', 't', 'new'])
      expect((await tableOf(each))?.StorageDescriptor?.Location).toBe(
        uri('tables/shop/t/run=r2/'),
      );
  });

  test('a mover that comes late moves nothing back', async () => {
    await put({ t: whole('r1') });
    const late = await catalog.read('shop');
    await put({ t: whole('r2') });
    await moveGlueTables(clients().glue, late, {
      bucket: `${name}-lake`,
      database: DatabaseName(),
      version: late.version,
    });
    expect((await tableOf('t'))?.StorageDescriptor?.Location).toBe(
      uri('tables/shop/t/run=r2/'),
    );
  });

  test('a table that another one moved meanwhile is not overwritten', async () => {
    await put({ t: whole('r1') });
    const { glue } = clients();
    const send = glue.send.bind(glue) as (command: unknown) => Promise<unknown>;
    const rival = await tableOf('t');
    glue.send = (async (command: unknown) => {
      if (command instanceof UpdateTableCommand && rival?.VersionId) {
        const { StorageDescriptor, PartitionKeys } = rival;
        const TableInput = {
          Name: 't',
          Parameters: { 'tributary.version': '9' },
          ...(StorageDescriptor && { StorageDescriptor }),
          ...(PartitionKeys && { PartitionKeys }),
        };
        await send(
          new UpdateTableCommand({ DatabaseName: DatabaseName(), TableInput }),
        );
      }
      return send(command);
    }) as typeof glue.send;
    const state = await catalog.read('shop');
    const moved = moveGlueTables(
      glue,
      { ...state, tables: { t: whole('r2') } },
      { bucket: `${name}-lake`, database: DatabaseName(), version: 2 },
    );
    await expect(moved).rejects.toThrow(/modified by another/);
    expect((await tableOf('t'))?.StorageDescriptor?.Location).toBe(
      uri('tables/shop/t/run=r1/'),
    );
  });
});
