import type { Platform } from '../../platform/ports.ts';

/**
 * Makes Metabase show one pipeline's dashboard as it is defined, where there is
 * a Metabase. One that is away, asleep or edited by hand fails nothing: the
 * next run of the pipeline finds what is left to do.
 * @returns what to say of it; nothing where all went well.
 */
export const tellMetabase = async (
  platform: Platform,
  pipeline: string,
): Promise<string | undefined> => {
  const server = platform.metabase;
  if (!server) return undefined;
  const { url, secret, ask } = server;
  try {
    // Nobody waits for dashboards: a server that starts is told the next time.
    const event = { pipelines: [pipeline], url, secret, waitMs: 0 };
    if (ask) await ask(pipeline);
    else {
      // Loaded where it is needed: a run without it starts sooner.
      const { metabase } = await import('../metabase/handler.ts');
      await metabase(platform)(event);
    }
    return undefined;
  } catch (error) {
    return (
      'Metabase: dashboards not applied, the next run tries again: ' +
      (error as Error).message
    );
  }
};
