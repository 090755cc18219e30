import { startConsole } from '../console/startConsole.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';
import { type InputOptions, runOptions } from '../runOnce.ts';
import { stopOnSignal } from '../stopOnSignal.ts';

export interface ServeOptions extends CommonOptions, InputOptions {
  readonly port: number;
}

/** Serves the console until it is stopped. */
export const serveCommand = async (options: ServeOptions): Promise<number> => {
  const console_ = await startConsole({
    platform: platformOf(options),
    lake: options.lake,
    port: options.port,
    runOptions: runOptions(options),
    memory: options.memory,
  });
  const { address, origin } = console_;
  if (options.json) console.log(JSON.stringify({ address, origin }));
  else
    console.log(
      `The console of ${options.lake}: ${address}\n` +
        'Whoever has this address can run and roll back. Ctrl-C ends it.',
    );
  const stop = stopOnSignal(() => {
    if (console_.isBusy())
      console.error('Stopping: what runs now is finished, no more is begun.');
  });
  await new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await console_.close();
  stop.release();
  return EXIT.ok;
};
