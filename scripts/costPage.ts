import { PRICE_REGION, PRICES, PRICES_AS_OF } from '../core/price/priceBook.ts';
import {
  type Cost,
  type LambdaUse,
  priceUsage,
  roundDollars,
} from '../core/price/priceUsage.ts';
import { costOf } from '../functions/shared/costOf.ts';
import type { Measured } from '../functions/shared/usageOf.ts';
import { AWS_SLOWER } from '../platform/engineSpeeds.ts';
import { markdownTable } from './markdownTable.ts';
import { AWAKE, ENDPOINTS, type Line, metabaseLines } from './metabaseLines.ts';
import { mysqlLines } from './mysqlLines.ts';

/** What `npm run cost -- --replay DIR` has measured: docs/cost.json. */
export interface MeasuredMonth {
  /** When, and on what. */
  readonly on: string;
  readonly machine: string;
  readonly runs: readonly {
    readonly pipeline: string;
    readonly perMonth: number;
    readonly seconds: number;
    readonly run: Measured;
  }[];
  /** How many a stage has. */
  readonly alarms: number;
  readonly secrets: number;
}

const HOURS = 730;
const DAYS = 30;
/** `reconcile` and `watch`, each every quarter of an hour. */
const CHORES = 2 * 4 * 24 * DAYS;
const CHORE: LambdaUse = { memory: 512, seconds: 2, architecture: 'arm64' };
const METRICS = 4;
/** A run measures so many, which are paid for by the hour in which it ends. */
const RUN_METRICS = 6;
const LOG_KB = { run: 40, chore: 2 };
/** Cards and people ask Athena so often, each time the least that is billed. */
const QUERIES = 1000;

const dollars = (sum: number) => `$${sum.toFixed(2)}`;
const exact = (sum: number) => `$${Number(sum.toPrecision(3))}`;
const total = (lines: readonly Line[]) =>
  lines.reduce((sum, line) => sum + line.dollars, 0);

const linesTable = (lines: readonly Line[]) =>
  markdownTable(
    ['what', 'arithmetic', 'a month'],
    [
      ...lines.map((line) => [
        line.what,
        line.arithmetic,
        dollars(line.dollars),
      ]),
      ['**together**', '', `**${dollars(total(lines))}**`],
    ],
  );

const onLambda = (run: Measured): Cost =>
  costOf({
    ...run,
    steps: run.steps.map((step) => ({
      ...step,
      seconds: step.seconds * AWS_SLOWER,
    })),
  });

const runLines = ({ runs }: MeasuredMonth): Line[] =>
  runs.map(({ pipeline, perMonth, run }) => {
    const cost = onLambda(run);
    return {
      what: `runs of ${pipeline}`,
      arithmetic: `${perMonth} × ${exact(cost.dollars)}`,
      dollars: roundDollars(perMonth * cost.dollars),
    };
  });

/** What costs the same whatever runs. */
const fixedLines = ({ runs, alarms, secrets }: MeasuredMonth): Line[] => {
  const nothing = { transitions: 0, dpuSeconds: 0, puts: 0, gets: 0 };
  const none = { ...nothing, storedBytes: 0, schedules: 0, scans: [] };
  const chore = priceUsage({
    ...none,
    lambdas: [CHORE],
    schedules: 1,
    gets: 50,
  });
  const count = runs.reduce((sum, { perMonth }) => sum + perMonth, 0);
  const logGb = (count * LOG_KB.run + CHORES * LOG_KB.chore) / 1e6;
  const query = priceUsage({ ...none, lambdas: [], scans: [0] }).dollars;
  const { alarm, dashboard, metric, secret, logIngest } = PRICES;
  return [
    {
      what: '`reconcile` and `watch`, each every 15 minutes',
      arithmetic: `${CHORES} × ${exact(chore.dollars)} (${CHORE.seconds} s, ${CHORE.memory} MB, 50 reads)`,
      dollars: CHORES * chore.dollars,
    },
    {
      what: 'alarms',
      arithmetic: `${alarms} × $${alarm.dollars}`,
      dollars: alarms * alarm.dollars,
    },
    {
      what: 'metrics of our own',
      arithmetic: `${METRICS} × $${metric.dollars}`,
      dollars: METRICS * metric.dollars,
    },
    {
      what: 'metrics of runs, each for an hour',
      arithmetic: `${count} × ${RUN_METRICS} × $${metric.dollars} / ${HOURS}`,
      dollars: (count * RUN_METRICS * metric.dollars) / HOURS,
    },
    {
      what: 'a dashboard (the first three of an account are free)',
      arithmetic: `1 × $${dashboard.dollars}`,
      dollars: dashboard.dollars,
    },
    {
      what: 'secrets',
      arithmetic: `${secrets} × $${secret.dollars}`,
      dollars: secrets * secret.dollars,
    },
    {
      what: 'logs',
      arithmetic: `${logGb.toFixed(3)} GB × $${logIngest.dollars} (${count} runs of ${LOG_KB.run} kB, ${CHORES} calls of ${LOG_KB.chore} kB)`,
      dollars: logGb * logIngest.dollars,
    },
    {
      what: 'queries of cards and people',
      arithmetic: `${QUERIES} × ${exact(query)} (10 MB, the least)`,
      dollars: QUERIES * query,
    },
  ];
};

const oldLines = ({ runs }: MeasuredMonth): Line[] => {
  const count = runs.reduce((sum, { perMonth }) => sum + perMonth, 0);
  const { mwaaSmall, mwaaStorage, redshiftRa3Large, redshiftStorage } = PRICES;
  const node = PRICES.emrM5Xlarge.dollars + PRICES.ec2M5Xlarge.dollars;
  return [
    {
      what: 'MWAA, one mw1.small, which cannot be paused',
      arithmetic: `${HOURS} h × $${mwaaSmall.dollars}`,
      dollars: HOURS * mwaaSmall.dollars,
    },
    {
      what: 'its metadata',
      arithmetic: `10 GB × $${mwaaStorage.dollars}`,
      dollars: 10 * mwaaStorage.dollars,
    },
    {
      what: 'EMR, three m5.xlarge for half an hour a run',
      arithmetic: `${count} × 0.5 h × 3 × ($${PRICES.emrM5Xlarge.dollars} + $${PRICES.ec2M5Xlarge.dollars})`,
      dollars: count * 0.5 * 3 * node,
    },
    {
      what: 'Redshift, one ra3.large',
      arithmetic: `${HOURS} h × $${redshiftRa3Large.dollars}`,
      dollars: HOURS * redshiftRa3Large.dollars,
    },
    {
      what: 'its storage',
      arithmetic: `1 GB × $${redshiftStorage.dollars}`,
      dollars: redshiftStorage.dollars,
    },
  ];
};

const billOf = (month: MeasuredMonth) =>
  month.runs
    .map(({ pipeline, seconds, run }) => {
      const { lines, dollars: sum } = onLambda(run);
      const rows = lines.map((line) => [
        line.service,
        line.what,
        `${line.quantity}`,
        line.dollars.toFixed(9),
      ]);
      return [
        `### A run of ${pipeline}: $${sum.toFixed(6)}`,
        `${seconds.toFixed(1)} s here, by ${run.engine.name}; each step counted ${AWS_SLOWER} times.`,
        markdownTable(['service', 'what', 'quantity', 'dollars'], rows),
      ].join('\n\n');
    })
    .join('\n\n');

const priceRows = () =>
  Object.values(PRICES).map(({ dollars: price, per, source }) => [
    per,
    `$${price.toFixed(10).replace(/0+$/, '').replace(/\.$/, '')}`,
    `<${source}>`,
  ]);

/** docs/cost.md, from what was measured and the price book alone. */
export const costPage = (month: MeasuredMonth): string => {
  const [runs, fixed, old] = [runLines, fixedLines, oldLines].map((of) =>
    of(month),
  ) as [Line[], Line[], Line[]];
  const now = total(runs) + total(fixed);
  const redshift = PRICES.redshiftRa3Large.dollars;
  const paused = total(old) - (HOURS - 220) * redshift;
  return `# What a month costs

Made by \`npm run cost\` from the price book (\`core/price/priceBook.ts\`, list prices
of ${PRICE_REGION} as of ${PRICES_AS_OF}) and \`docs/cost.json\`, which
\`npm run cost -- --replay DIR\` measures anew. A test fails while this page is stale.

**${dollars(now)}** a month: ${dollars(total(runs))} for all runs of the five pipelines, and
${dollars(total(fixed))} that a stage costs whatever runs.

## The runs

${linesTable(runs)}

Measured on ${month.on}: ${month.machine}, each pipeline on its full
recording. Assumed: a Lambda takes ${AWS_SLOWER} times as long; what a run stores is kept for a
month; a daily run is as large as the whole recording, which it is not; no free
tier, although all of Lambda's and Step Functions' use would be within it.

## The stage

${linesTable(fixed)}

Not counted, here or below: the MySQL server that is a source, transfer out of
AWS, tax, and people.

## Metabase on Fargate, if it is on

Not in the sums above or below; asleep at night, awake for 13 hours of each day:

${linesTable(metabaseLines(AWAKE.days))}

Always on it is ${dollars(total(metabaseLines(AWAKE.always)))}. Without the NAT gateway, ${ENDPOINTS.count} interface endpoints would be
${dollars(ENDPOINTS.dollars)} in one zone. Assumed: a tenth of a unit of the load balancer's work, 20 GB
through the NAT gateway; what Athena scans is in the queries above.

## MySQL on RDS, if it is on

For \`crime\`, where no server is there; not in the sums above or below:

${linesTable(mysqlLines())}

Assumed: 5 GB through the NAT gateway, which \`fetch\` needs for public servers; S3
goes by an endpoint that is free. Backups of a week take no more than the disk.

## What it stands in for

The usual set-up for such pipelines: Airflow on MWAA starts an EMR cluster for each
run, which writes to Redshift. Our assumptions, of no bill that we have seen: the
smallest environment and the smallest current node, three m5.xlarge (a primary and
two core nodes) for half an hour a run, start of the cluster included, on demand, no
disks counted.

${linesTable(old)}

That is ${Math.round(total(old) / now)} times as much. With Redshift on for 220 hours of work alone it is
${dollars(paused)}, ${Math.round(paused / now)} times as much; most of that is MWAA, which waits. The
comparison holds for pipelines of this size: on hundreds of gigabytes a day the runs
would be what costs, on either side.

## The runs, line by line

${billOf(month)}

## The prices

As of ${PRICES_AS_OF}, ${PRICE_REGION}, on demand. Look there before you rely on them.

${markdownTable(['a', 'dollars', 'page'], priceRows())}
`;
};
