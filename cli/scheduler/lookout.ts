import { watch } from '../../functions/watch/handler.ts';
import type { Platform } from '../../platform/ports.ts';

/** As often as the function `watch` of a stage looks. */
const EVERY_MS = 15 * 60_000;

export interface Lookout {
  /** Looks, where it is time to. It does not wait for it. */
  tick(): void;
  /** Looks now, once the look before is over. */
  look(): Promise<void>;
  /** Waits for the look that goes on. */
  idle(): Promise<void>;
}

/**
 * Looks whether pipelines are late or slow, and tells of each once. The first
 * look comes late enough for starts that were missed to be caught up.
 * @param say told of what hinders it.
 */
export const createLookout = (
  platform: Platform,
  pipelines: readonly string[],
  say: (message: string) => void,
): Lookout => {
  let last = platform.clock.now();
  let looking = Promise.resolve();
  const look = async () => {
    try {
      const { notices } = await watch(platform)({ pipelines });
      for (const notice of notices) say(notice);
    } catch (error) {
      const { name, message } = error as Error;
      say(`${name}: ${message}`);
    }
  };
  const lookNow = () => {
    last = platform.clock.now();
    looking = looking.then(look);
    return looking;
  };
  return {
    look: lookNow,
    idle: () => looking,
    tick: () => {
      const since = platform.clock.now().getTime() - last.getTime();
      // A clock that was ahead for a while must not silence it until then.
      if (since >= EVERY_MS || since < 0) void lookNow();
    },
  };
};
