import { UsageError } from '../../core/errors.ts';

const ROOT = 'recordings/';
/** Names alone: nothing leads up, out, or to another bucket. */
const NAME = /^(?!\.+$)[\w.=+@-]+$/;
const LONGEST = 512;

/**
 * The prefix in the landing bucket that a run on AWS replays, `/` at its end.
 * @throws UsageError unless it is `recordings/` and names below that.
 */
export const recordingsPrefix = (replay: string): string => {
  const names = replay.replace(/\/$/, '').slice(ROOT.length).split('/');
  const isBelow = replay.startsWith(ROOT) && replay.length <= LONGEST;
  if (isBelow && names.every((name) => NAME.test(name)))
    return `${ROOT}${names.join('/')}/`;
  throw new UsageError(
    `"${replay}" cannot be replayed on AWS: name a prefix of the landing ` +
      'bucket, recordings/<name>, with a folder for each pipeline in it',
  );
};
