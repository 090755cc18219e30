import type { Plan } from '../../core/plan.ts';
import { type Binder, type Named, openBinder } from './binder.ts';
import { bindReader, type Reader, readersOf } from './bindReaders.ts';
import { collect } from './collect.ts';

/** By database and table: the columns that readers see. */
export type Visible = Readonly<
  Record<string, Readonly<Record<string, readonly Named[]>>>
>;

/** A saved query or a card that a change of tables breaks. */
export interface BrokenReader {
  readonly pipeline: string;
  readonly reader: string;
  readonly reason: string;
}

/** Shows a binder what is published, as a reader of one database sees it. */
const show = async (binder: Binder, visible: Visible, database: string) => {
  for (const [schema, tables] of Object.entries(visible))
    for (const [name, columns] of Object.entries(tables)) {
      await binder.published(schema, name, columns);
      if (schema === database) await binder.relation(name, columns);
    }
};

const faultsOf = async (
  plan: Plan,
  visible: Visible,
): Promise<Map<Reader, readonly string[]>> => {
  const binder = await openBinder();
  const own = Object.keys(visible[plan.pipeline] ?? {});
  const others = Object.entries(visible).flatMap(([database, tables]) =>
    Object.keys(tables).map((name) => `${database}.${name}`),
  );
  const scope = { has: [...own, ...others], why: () => undefined };
  const faults = new Map<Reader, readonly string[]>();
  try {
    await show(binder, visible, plan.pipeline);
    for (const reader of readersOf(plan))
      faults.set(
        reader,
        await collect(() => bindReader(binder, scope, reader)),
      );
    return faults;
  } finally {
    binder.close();
  }
};

/** Whether a text has the database's name in it: binding all takes longer. */
const mayRead = (plan: Plan, database: string) =>
  readersOf(plan).some(({ sql }) =>
    new RegExp(`\\b${database}\\b`, 'i').test(sql.text),
  );

/**
 * Which saved queries and cards cannot be answered after a change of tables:
 * those of the changed pipeline, and any other that could be before.
 * @param plans the definitions of all pipelines, the changed one as it will be.
 */
export const brokenReaders = async (
  plans: readonly Plan[],
  changed: string,
  before: Visible,
  after: Visible,
): Promise<BrokenReader[]> => {
  const broken: BrokenReader[] = [];
  for (const plan of plans) {
    const { pipeline } = plan;
    const isOther = pipeline !== changed;
    if (isOther && !mayRead(plan, changed)) continue;
    const now = await faultsOf(plan, after);
    const was = isOther ? await faultsOf(plan, before) : undefined;
    const earlier = new Set(
      [...(was ?? [])].flatMap(([reader, faults]) =>
        faults.length > 0 ? [reader.what] : [],
      ),
    );
    for (const [reader, faults] of now)
      if (!earlier.has(reader.what))
        for (const reason of faults)
          broken.push({ pipeline, reader: reader.what, reason });
  }
  return broken;
};
