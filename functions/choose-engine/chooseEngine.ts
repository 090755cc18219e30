import type { EngineFacts } from '../../platform/ports.ts';

/** What an engine would take for so many bytes. */
export interface EngineEstimate {
  readonly seconds: number;
  readonly dollars: number;
  /** Why it cannot; absent where it can. */
  readonly cannot?: string;
}

const megabytes = (bytes: number) =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${Math.round(bytes / 1e6)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;

/** Time and money that an engine would take, and whether it fits at all. */
export const estimate = (bytes: number, facts: EngineFacts): EngineEstimate => {
  const { startSeconds, bytesPerSecond, dollarsPerHour } = facts;
  const { maxBytes = Infinity, maxSeconds = Infinity } = facts;
  const { waitSeconds = 0, leastSeconds = 0 } = facts;
  const worked = startSeconds + bytes / bytesPerSecond;
  const seconds = waitSeconds + worked;
  const dollars = (Math.max(worked, leastSeconds) / 3600) * dollarsPerHour;
  const cannot =
    bytes > maxBytes
      ? `is good for ${megabytes(maxBytes)}`
      : seconds > maxSeconds
        ? `may take ${maxSeconds} s, not ${Math.ceil(seconds)} s`
        : undefined;
  return { seconds, dollars, ...(cannot !== undefined && { cannot }) };
};

const priced = ({ seconds, dollars }: EngineEstimate) =>
  `about ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s` +
  `${dollars > 0 ? ` for $${dollars.toFixed(4)}` : ''}`;

/**
 * The cheapest engine that the input fits, at one price the quickest; where it
 * fits none, the one that is good for the most. The estimates are as rough as
 * the facts: they decide between engines and promise nothing.
 */
export const chooseEngine = (
  bytes: number,
  engines: readonly EngineFacts[],
): { readonly name: string; readonly reason: string } => {
  const rated = engines.map((facts) => ({
    facts,
    ...estimate(bytes, facts),
  }));
  const landed = `${megabytes(bytes)} landed`;
  const fitting = rated
    .filter(({ cannot }) => cannot === undefined)
    .sort((a, b) => a.dollars - b.dollars || a.seconds - b.seconds);
  const best =
    fitting[0] ??
    rated.toSorted(
      (a, b) => (b.facts.maxBytes ?? Infinity) - (a.facts.maxBytes ?? Infinity),
    )[0];
  if (!best) return { name: 'duckdb', reason: 'the only engine here' };
  const others = rated
    .filter((other) => other !== best)
    .map((other) =>
      other.cannot === undefined
        ? `${other.facts.name} ${priced(other)}`
        : `${other.facts.name} ${other.cannot}`,
    );
  return {
    name: best.facts.name,
    reason: [`${landed}: ${priced(best)}`, ...others].join('; '),
  };
};
