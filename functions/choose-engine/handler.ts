import type { LandedEvent, RunEvent } from '../shared/events.ts';
import { handler } from '../shared/handler.ts';
import { chooseEngine } from './chooseEngine.ts';

/**
 * Chooses the engine of a run that pins none, by what landed. The step after it
 * writes the choice and its reason into the ledger.
 */
export const chooseEngineStep = handler<LandedEvent, RunEvent['engine']>(
  'choose-engine',
  ['landed'],
  (platform) =>
    async ({ landed }) => {
      const bytes = landed.reduce((sum, { bytes: each }) => sum + each, 0);
      return chooseEngine(bytes, platform.engines);
    },
);
