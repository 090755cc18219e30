import type { Notification, Platform } from '../../platform/ports.ts';
import { endedWell, type Ledger, publishedTables } from './ledger.ts';

const lines = (...of: readonly (string | false | undefined)[]): string =>
  of.filter((line) => typeof line === 'string' && line !== '').join('\n');

const rowsOf = (ledger: Ledger): string =>
  publishedTables(ledger)
    .map(({ table, rows }) => `${table}: ${rows} rows`)
    .join('\n');

/** What people are told of a run that has ended; of one taken back, nothing. */
export const notificationOf = (ledger: Ledger): Notification | undefined => {
  const { pipeline, run, period, outcome, error, seconds, cost } = ledger;
  const isGood = endedWell(ledger);
  if (!isGood && outcome !== 'failed') return undefined;
  return {
    kind: isGood ? 'published' : 'failed',
    pipeline,
    subject: `${pipeline} ${period} ${outcome}`,
    text: lines(
      `${pipeline}, period ${period}: ${outcome}`,
      error && `${error.name}: ${error.message}`,
      isGood && error && 'The error came after the publish, which stands.',
      isGood && rowsOf(ledger),
      `run ${run}, by ${ledger.engine.name}` +
        (seconds === undefined ? '' : `, ${seconds} s`) +
        (cost ? `, $${cost.dollars}` : ''),
    ),
  };
};

/**
 * Tells people, where anybody is to be told. Who cannot be told fails nothing.
 * @returns what to say of it; nothing where all went well.
 */
export const notify = async (
  { notifier }: Pick<Platform, 'notifier'>,
  notification: Notification,
): Promise<string | undefined> => {
  try {
    await notifier?.tell(notification);
    return undefined;
  } catch (error) {
    return `nobody was told that ${notification.subject}: ${(error as Error).message}`;
  }
};
