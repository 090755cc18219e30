import { join } from 'node:path';
import { planLineage } from '../../../engine/lineage/planLineage.ts';
import type { Platform } from '../../../platform/ports.ts';
import type { Ledger } from '../ledger.ts';
import { readPlan } from '../readPlan.ts';
import { type EventType, eventsOf, type Told } from './events.ts';

/** What a run has to say that does not fail it; added to its ledger. */
export interface Notices {
  readonly notices?: readonly string[];
}

/**
 * Tells whoever listens that a run began or ended, as OpenLineage events. A
 * receiver that fails does not fail the run, and neither does a SELECT whose
 * lineage cannot be told: its events go without.
 * @returns what to add to the ledger: nothing where all went well.
 */
export const announce = async (
  platform: Platform,
  ledger: Ledger,
  eventType: EventType,
  error?: Told['error'],
): Promise<Notices> => {
  const receiver = platform.lineage;
  if (!receiver) return {};
  const notices = [...(ledger.notices ?? [])];
  const note = (what: string) => (caught: unknown) => {
    const text = `OpenLineage: ${what}: ${(caught as Error).message}`;
    if (!notices.includes(text)) notices.push(text);
    return undefined;
  };
  const tell = async () => {
    const plan = await readPlan(platform, ledger.pipeline, ledger.run);
    const lineage = await planLineage(
      plan,
      join(platform.scratch, 'spill'),
    ).catch(note('no lineage of columns'));
    const events = eventsOf({
      namespace: receiver.namespace,
      plan,
      ledger,
      eventType,
      eventTime: platform.clock.now().toISOString(),
      ...(lineage && { lineage }),
      ...(error && { error }),
    });
    for (const event of events) await receiver.emit(event);
  };
  await tell().catch(note(`${eventType} did not arrive`));
  return notices.length > 0 ? { notices } : {};
};
