import type { LayerName } from '../layers/build.ts';
import type { Access } from './access.ts';
import type { StageSettings } from './settings.ts';

/** A part of a stack that a setting adds. */
export type Option = 'metabase' | 'mysql';

/** One Lambda: what it is for, how large it is, and all that it may do. */
export interface FunctionSpec {
  readonly description: string;
  /** In MB; a processor for each 1,769 of them. */
  readonly memory: number;
  readonly seconds: number;
  /** `/tmp`, in MB. Default 512. */
  readonly disk?: number;
  /** The native code that it needs. */
  readonly layer?: LayerName;
  readonly access: Access;
  /** The setting without which it does not exist. */
  readonly only?: Option;
  /** The setting with which it runs in a network. */
  readonly inNetwork?: Option;
}

/** What closing a run takes, whoever does it. */
const CLOSE = {
  read: ['lake:plans/', 'lake:runs/', 'lake:publish/', 'lake:jobs/'],
  write: ['lake:runs/', 'lake:publish/', 'lake:ops/', 'landing:quarantine/'],
  remove: ['lake:jobs/'],
  catalog: 'write',
  locks: true,
  stopsJobs: true,
  notifies: true,
} as const satisfies Access;

/** What a quote goes by: earlier runs, and the size of recorded input. */
const PAST_AND_INPUT = [
  'lake:runs/',
  'lake:publish/',
  'lake:plans/',
  'landing:recordings/',
  'landing:samples/',
] as const;

/** The functions of a stack, each the folder of that name in `functions/`. */
export const FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  run: {
    description: 'Starts a run; a second time for one event it starts nothing',
    memory: 512,
    seconds: 60,
    access: { starts: true, executions: true, read: ['lake:runs/'] },
  },
  plan: {
    description: 'Settles the period, takes its lock, opens the ledger',
    memory: 512,
    seconds: 300,
    access: {
      ...CLOSE,
      read: [...CLOSE.read, 'landing:recordings/', 'landing:samples/'],
      write: [...CLOSE.write, 'lake:plans/'],
      executions: true,
    },
  },
  fetch: {
    description: 'Lands one source: bytes as received, then the manifest',
    memory: 1769,
    seconds: 900,
    disk: 10_240,
    layer: 'blake3',
    inNetwork: 'mysql',
    access: {
      read: [
        'lake:plans/',
        'landing:drop/',
        'landing:landing/',
        'landing:recordings/',
        'landing:samples/',
      ],
      write: ['landing:landing/'],
      remove: ['landing:landing/'],
      catalog: 'read',
      sources: true,
    },
  },
  'choose-engine': {
    description: 'Weighs the engines by what landed',
    memory: 512,
    seconds: 60,
    access: { read: ['lake:plans/', 'landing:landing/'] },
  },
  transform: {
    description: 'Decodes, makes and checks the tables, by DuckDB',
    memory: 3008,
    seconds: 900,
    disk: 10_240,
    layer: 'duckdb',
    access: {
      read: ['lake:plans/', 'lake:runs/', 'lake:tables/', 'landing:landing/'],
      write: [
        'lake:plans/',
        'lake:runs/',
        'lake:tables/',
        'landing:quarantine/',
      ],
      remove: ['lake:tables/', 'landing:quarantine/'],
      catalog: 'read',
    },
  },
  'start-job': {
    description: 'Starts the Glue run, or finds the one that is alive',
    memory: 512,
    seconds: 300,
    access: {
      read: ['lake:plans/', 'lake:runs/', 'lake:jobs/', 'landing:landing/'],
      write: ['lake:runs/', 'lake:jobs/'],
      catalog: 'read',
      startsJobs: true,
      stopsJobs: true,
    },
  },
  'finish-job': {
    description: 'Takes over what the job has made',
    memory: 1769,
    seconds: 900,
    disk: 10_240,
    access: {
      read: ['lake:plans/', 'lake:runs/', 'lake:jobs/', 'landing:landing/'],
      write: [
        'lake:plans/',
        'lake:runs/',
        'lake:tables/',
        'landing:quarantine/',
      ],
      remove: ['lake:jobs/', 'lake:tables/', 'landing:quarantine/'],
      catalog: 'read',
    },
  },
  publish: {
    description:
      'Moves the pointers of all tables of the run, and has them read',
    memory: 1024,
    seconds: 600,
    access: {
      read: ['lake:plans/', 'lake:runs/', 'lake:publish/'],
      write: ['lake:runs/', 'lake:publish/', 'lake:ops/'],
      catalog: 'write',
      locks: true,
      queries: true,
    },
  },
  refresh: {
    description: 'Closes the ledger, tells who wants to know',
    memory: 512,
    seconds: 300,
    access: {
      read: ['lake:plans/', 'lake:runs/', 'lake:publish/'],
      write: ['lake:runs/', 'lake:ops/'],
      catalog: 'read',
      locks: true,
      notifies: true,
      findsJobs: true,
      appliesDashboards: true,
    },
  },
  'record-failure': {
    description:
      'Closes a run that failed, stops its job, gives its locks back',
    memory: 512,
    seconds: 300,
    access: { ...CLOSE, stopsJobs: true },
  },
  'close-job': {
    description: 'Tells the token of a job that could not tell it itself',
    memory: 512,
    seconds: 60,
    access: {
      read: ['lake:jobs/', 'lake:runs/'],
      callbacks: true,
      findsJobs: true,
    },
  },
  'close-execution': {
    description: 'Closes the run of an execution that was ended from outside',
    memory: 512,
    seconds: 300,
    access: { ...CLOSE, executions: true },
  },
  reconcile: {
    description: 'Closes what neither a callback nor an event has closed',
    memory: 512,
    seconds: 300,
    access: { ...CLOSE, executions: true, callbacks: true, findsJobs: true },
  },
  watch: {
    description: 'Measures lateness and freshness, and tells of them',
    memory: 512,
    seconds: 120,
    access: {
      read: [
        'lake:runs/',
        'lake:publish/',
        'lake:plans/',
        'lake:notifications/',
      ],
      write: ['lake:notifications/'],
      catalog: 'read',
      executions: true,
      notifies: true,
    },
  },
  backfill: {
    description: 'Chooses periods and quotes them',
    memory: 512,
    seconds: 300,
    access: {
      read: PAST_AND_INPUT,
      catalog: 'read',
      starts: true,
      executions: true,
    },
  },
  quote: {
    description: 'What a run or a backfill would cost',
    memory: 512,
    seconds: 300,
    access: {
      read: PAST_AND_INPUT,
      catalog: 'read',
      executions: true,
    },
  },
  rollback: {
    description: 'Moves the pointers back to before a run',
    memory: 512,
    seconds: 300,
    access: {
      read: ['lake:plans/', 'lake:runs/', 'lake:publish/'],
      write: ['lake:runs/', 'lake:publish/', 'lake:ops/'],
      catalog: 'write',
      locks: true,
      notifies: true,
    },
  },
  clean: {
    description: 'Removes what is beyond retention',
    memory: 1024,
    seconds: 900,
    access: {
      read: ['lake:plans/', 'lake:runs/', 'lake:publish/', 'landing:landing/'],
      write: ['lake:publish/', 'lake:runs/', 'lake:ops/'],
      remove: ['lake:tables/', 'landing:landing/', 'landing:quarantine/'],
      catalog: 'write',
      locks: true,
    },
  },
  status: {
    description: 'How the pipelines stand',
    memory: 512,
    seconds: 120,
    access: {
      read: ['lake:plans/', 'lake:runs/', 'lake:publish/'],
      catalog: 'read',
      executions: true,
    },
  },
  metabase: {
    description: 'Makes Metabase show the dashboards as they are defined',
    memory: 512,
    seconds: 900,
    only: 'metabase',
    inNetwork: 'metabase',
    access: { catalog: 'read', dashboards: true },
  },
  'metabase-sleep': {
    description: 'Puts Metabase to sleep, and wakes it',
    memory: 256,
    seconds: 60,
    only: 'metabase',
    access: { sleeps: true },
  },
  rotate: {
    description: 'Gives the MySQL server another password, every 30 days',
    memory: 512,
    seconds: 60,
    only: 'mysql',
    inNetwork: 'mysql',
    access: { rotates: true },
  },
};

type Optional = Pick<StageSettings, 'metabase' | 'mysql'>;

const isOn = ({ metabase, mysql }: Optional, option: Option): boolean =>
  option === 'metabase' ? metabase.isOn : mysql;

/** The network that a function runs in, if it does. */
export const networkOf = (
  stack: Optional,
  { inNetwork }: FunctionSpec,
): Option | undefined =>
  inNetwork && isOn(stack, inNetwork) ? inNetwork : undefined;

/** The functions that a stage with these settings has. */
export const functionsIn = (
  stack: Optional,
): readonly [string, FunctionSpec][] =>
  Object.entries(FUNCTIONS).filter(
    ([, { only }]) => only === undefined || isOn(stack, only),
  );

/** The logical id that the framework gives a function. */
export const functionId = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', 'Dash')}LambdaFunction`;
