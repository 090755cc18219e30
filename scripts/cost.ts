// Writes docs/cost.md: npm run cost. With --replay DIR it first runs the five
// pipelines on recorded input, and measures them: docs/cost.json.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_PIPELINES, ROOT } from '../cli/context.ts';
import type { Ledger } from '../functions/shared/ledger.ts';
import { localDefinitions } from '../platform/local/localDefinitions.ts';
import { NO_METABASE } from '../resources/metabase/settings.ts';
import { resourcesOf, stackOf } from '../resources/template.ts';
import { costPage, type MeasuredMonth } from './costPage.ts';

const FILE = join(ROOT, 'docs', 'cost.json');
const PER_MONTH = { day: 30, month: 1 } as const;
const definitions = localDefinitions(DEFAULT_PIPELINES);
const plans = await Promise.all(
  (await definitions.names()).map(definitions.plan),
);

const tributary = (...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'cli', 'tributary.js'), ...args],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return stdout;
};

/** The parts of a ledger that a price is made of. */
const measured = (ledger: Ledger): MeasuredMonth['runs'][number]['run'] => ({
  engine: ledger.engine,
  outcome: ledger.outcome,
  steps: ledger.steps.map(({ step, source, seconds }) => ({
    step,
    ...(source !== undefined && { source }),
    startedAt: '',
    seconds,
  })),
  sources: ledger.sources.map((source) => ({ ...source, reasons: {} })),
  tables: ledger.tables,
});

const count = (type: string) =>
  Object.values(
    resourcesOf(
      stackOf(
        {
          stage: 'prod',
          architecture: 'arm64',
          isKept: true,
          schedules: true,
          email: '',
          monthlyBudget: 20,
          logDays: 365,
          transformMemory: 3008,
          mysql: false,
          metabase: NO_METABASE,
          queryGigabytes: 10,
          glueWorkers: 5,
        },
        plans,
      ),
      '2024-01-01',
    ),
  ).filter((resource) => resource.Type === type).length;

/** Runs each pipeline by itself, so that none takes another's time. */
const measure = async (replay: string): Promise<MeasuredMonth> => {
  const lake = await mkdtemp(join(tmpdir(), 'tributary-cost-'));
  try {
    const runs = plans.map((plan) => {
      const { pipeline } = plan;
      const at = ['--lake', lake, '--json'];
      const said = tributary('run', pipeline, '--replay', replay, ...at);
      const [ledger] = (JSON.parse(said) as { runs: Ledger[] }).runs;
      if (!ledger) throw new Error(`${pipeline} has no ledger`);
      return {
        pipeline,
        perMonth: plan.schedule.includes('* * ? *')
          ? PER_MONTH.day
          : PER_MONTH.month,
        seconds: ledger.seconds ?? 0,
        run: measured(ledger),
      };
    });
    return {
      on: new Date().toISOString().slice(0, 10),
      machine: `a laptop-like machine of ${cpus().length} cores`,
      runs,
      alarms: count('AWS::CloudWatch::Alarm'),
      secrets: count('AWS::SecretsManager::Secret'),
    };
  } finally {
    await rm(lake, { recursive: true });
  }
};

const { values } = parseArgs({ options: { replay: { type: 'string' } } });
if (values.replay !== undefined) {
  const month = await measure(resolve(values.replay));
  await writeFile(FILE, `${JSON.stringify(month, null, 2)}\n`);
}
const month = JSON.parse(await readFile(FILE, 'utf8')) as MeasuredMonth;
await writeFile(join(ROOT, 'docs', 'cost.md'), costPage(month));
console.log('docs/cost.md is written');
