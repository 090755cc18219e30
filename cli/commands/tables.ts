import type { CatalogState } from '../../core/catalog.ts';
import type { Platform } from '../../platform/ports.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { alignTable } from '../output/table.ts';

/** Everything that is published, as one version for each pipeline. */
export const readCatalog = async ({
  catalog,
}: Pick<Platform, 'catalog'>): Promise<CatalogState[]> =>
  Promise.all((await catalog.databases()).map((name) => catalog.read(name)));

const countLines = async (platform: Platform, prefix: string) => {
  const keys = await platform.store.list(prefix);
  const bodies = await Promise.all(keys.map((key) => platform.store.read(key)));
  const text = bodies.join('');
  return { rows: text.split('\n').length - 1, bytes: text.length };
};

/** Lists the published tables, a line each. */
export const tablesCommand = async (
  options: CommonOptions,
): Promise<number> => {
  const platform = platformOf(options);
  const tables = (await readCatalog(platform)).flatMap((state) =>
    Object.entries(state.tables).map(([name, { mode, partitions }]) => ({
      table: `${state.database}.${name}`,
      rows: partitions.reduce((sum, { rows }) => sum + rows, 0),
      bytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0),
      mode,
      snapshots: partitions.length,
      period: partitions.at(-1)?.period ?? '',
      run: partitions.at(-1)?.run ?? '',
    })),
  );
  const ops = await Promise.all(
    ['runs', 'checks'].map(async (name) => ({
      table: `ops.${name}`,
      ...(await countLines(platform, `ops/${name}/`)),
      mode: 'append',
      snapshots: 1,
      period: '',
      run: '',
    })),
  );
  const all = [...tables, ...ops.filter(({ rows }) => rows > 0)];
  if (options.json) console.log(JSON.stringify(all, null, 1));
  else if (all.length === 0)
    console.log(`Nothing is published in ${options.lake} yet: tributary run`);
  else
    console.log(
      alignTable(
        ['table', 'rows', 'bytes', 'mode', 'snapshots', 'period', 'run'],
        all.map((row) => Object.values(row)),
      ),
    );
  return EXIT.ok;
};
