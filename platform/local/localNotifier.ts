import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Notification, Notifier } from '../ports.ts';

export interface LocalNotifierOptions {
  /** A file that has each as a line of JSON, the newest last. */
  readonly file: string;
  readonly clock: Clock;
  /** Told of each at once, but not that a run went well. */
  readonly say: (notification: Notification) => void;
}

/** Tells on this machine what a topic and its subscriber by mail tell on AWS. */
export const localNotifier = ({
  file,
  clock,
  say,
}: LocalNotifierOptions): Notifier => ({
  tell: async (notification) => {
    if (notification.kind !== 'published') say(notification);
    const line = { at: clock.now().toISOString(), ...notification };
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, `${JSON.stringify(line)}\n`);
  },
});
