import { type Measured, measure, type Usage, withFolder } from './measure.ts';

/** A program to measure, given an empty folder to write into. */
export type Program = (folder: string) => Measured;

export interface Pair {
  readonly ours: Program;
  readonly bare: Program;
  /** Sees what both sides wrote in the warm-up run. */
  readonly compare?: (ours: string, bare: string) => Promise<void>;
}

export interface PairUsage {
  readonly ours: readonly Usage[];
  readonly bare: readonly Usage[];
}

/**
 * Measures two programs by turns, so that whatever else the machine does
 * meets both alike. The first run of each is not counted.
 */
export const measurePair = async (
  { ours, bare, compare }: Pair,
  runs: number,
): Promise<PairUsage> => {
  await withFolder((a) =>
    withFolder(async (b) => {
      await measure(ours(a));
      await measure(bare(b));
      await compare?.(a, b);
    }),
  );
  const once = (program: Program) =>
    withFolder((folder) => measure(program(folder)));
  const usage: { ours: Usage[]; bare: Usage[] } = { ours: [], bare: [] };
  for (let i = 0; i < runs; i++) {
    usage.ours.push(await once(ours));
    usage.bare.push(await once(bare));
  }
  return usage;
};
