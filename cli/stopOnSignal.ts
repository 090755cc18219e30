import { EXIT } from './context.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** One key press may reach the process twice: from its group and its parent. */
const SAME_PRESS_MS = 500;

/**
 * Lets a command end in its own time: the first SIGINT or SIGTERM aborts the
 * signal, a second one ends the process at once, as safe as any kill.
 * @param say tells the person that the command has understood.
 */
export const stopOnSignal = (
  say: () => void,
): { readonly signal: AbortSignal; readonly release: () => void } => {
  const controller = new AbortController();
  let askedAt: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (askedAt !== undefined) {
      if (now - askedAt > SAME_PRESS_MS) process.exit(EXIT.stopped);
      return;
    }
    askedAt = now;
    say();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  const release = () => {
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  return { signal: controller.signal, release };
};
