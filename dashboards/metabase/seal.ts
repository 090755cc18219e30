import { createHash } from 'node:crypto';

/** Where a dashboard was made and nothing put upon it yet. */
export const UNFINISHED = '000000000000';

const SEAL =
  /\n*Made by Tributary from pipelines\/(\S+) \((\S+): ([0-9a-f]{12})(?:, ([0-9a-f]{12}))?\)$/;

/** What the last line of a description says. */
export interface Seal {
  readonly pipeline: string;
  /** The thing's own id: a copy of it has another, and is somebody else's. */
  readonly of: string;
  /** The fingerprint of what was asked for. */
  readonly wanted: string;
  /** The fingerprint of what the server made of that. */
  readonly stored: string;
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, v]) => [key, sorted(v)]),
  );
};

/** Twelve hex digits of some content; the order of keys does not count. */
export const fingerprint = (content: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
    .slice(0, 12);

/** A description that says who made the thing, and what it was made like. */
export const seal = (
  description: string,
  { pipeline, of, wanted, stored }: Seal,
): string => {
  const prints = wanted === stored ? wanted : `${wanted}, ${stored}`;
  return `${description}\n\nMade by Tributary from pipelines/${pipeline} (${of}: ${prints})`.trim();
};

/** What a description says; no seal where somebody else wrote it. */
export const unseal = (
  text: string | null | undefined,
): { readonly description: string; readonly seal?: Seal } => {
  const whole = text ?? '';
  const match = SEAL.exec(whole);
  const [, pipeline, of, wanted, stored = wanted] = match ?? [];
  if (!match || !pipeline || !of || !wanted || !stored)
    return { description: whole };
  return {
    description: whole.slice(0, match.index),
    seal: { pipeline, of, wanted, stored },
  };
};
