import type { Platform } from '../../platform/ports.ts';
import type { FetchResult } from './events.ts';
import { type Ledger, type LedgerStep, timeSince } from './ledger.ts';

/** The steps of a run, in their order. */
const ORDER = ['plan', 'fetch', 'transform', 'publish', 'refresh'];

/**
 * Adds the fetches of a run to its steps. They go on side by side, so they tell
 * their times to the step after them and do not write to the ledger.
 */
export const withFetches = (
  steps: readonly LedgerStep[],
  landed: readonly FetchResult[],
): LedgerStep[] =>
  steps.some(({ step }) => step === 'fetch')
    ? [...steps]
    : [
        ...steps,
        ...landed.map((of) => {
          const { source, part, startedAt, seconds, memory } = of;
          const { files, reused = 0 } = of;
          return {
            step: 'fetch',
            source,
            ...(part && { part }),
            startedAt,
            seconds,
            ...(memory !== undefined && { memory }),
            ...(reused > 0 && { files, reused }),
          };
        }),
      ];

/** The steps and notices of a ledger once all has landed; only once. */
export const afterFetch = (
  { steps, notices = [] }: Pick<Ledger, 'steps' | 'notices'>,
  landed: readonly FetchResult[],
): Pick<Ledger, 'steps' | 'notices'> => {
  const added = steps.some(({ step }) => step === 'fetch')
    ? []
    : landed.flatMap((of) =>
        (of.notices ?? []).map((notice) => `${of.source}: ${notice}`),
      );
  const all = [...notices, ...added];
  return {
    steps: withFetches(steps, landed),
    ...(all.length > 0 && { notices: all }),
  };
};

const endOf = ({ startedAt, seconds }: LedgerStep) =>
  new Date(startedAt).getTime() + seconds * 1000;

/** Adds the step that never ended: the one after the last that did. */
export const withFailedStep = (
  platform: Pick<Platform, 'clock'>,
  steps: readonly LedgerStep[],
): LedgerStep[] => {
  const last = steps.at(-1);
  const step = last && ORDER[ORDER.indexOf(last.step) + 1];
  if (!last || !step) return [...steps];
  const startedAt = new Date(Math.max(...steps.map(endOf)));
  // This Lambda's memory is not that of the step which failed.
  const { clock } = platform;
  return [...steps, { step, ...timeSince({ clock }, startedAt), failed: true }];
};
