import type { Notifier } from '../ports.ts';

/** Tells in a line of a log what a topic tells on AWS. */
export const localNotifier = (say: (line: string) => void): Notifier => ({
  tell: async ({ kind, pipeline, subject }) =>
    say(
      [kind, ...(pipeline ? [pipeline] : []), subject]
        .join(': ')
        .replaceAll(/\s*\n\s*/g, ' '),
    ),
});
