/**
 * The machines that a pipeline's Spark job gets on Glue:
 * https://docs.aws.amazon.com/glue/latest/dg/worker-types.html
 */
export interface Workers {
  /** 4, 8, 16 and 32 virtual processors, of 4 GB each. */
  readonly type: 'G.1X' | 'G.2X' | 'G.4X' | 'G.8X';
  /** The most of them: Glue takes away those that have nothing to do. */
  readonly count: number;
}

/** One is the driver, so that fewer than two cannot work. */
const FEWEST = 2;
const MOST = 299;

/** What is wrong with a pipeline's workers, in words. */
export const workersFaults = ({
  workers,
}: {
  readonly workers?: Workers;
}): string[] =>
  workers === undefined ||
  (Number.isInteger(workers.count) &&
    workers.count >= FEWEST &&
    workers.count <= MOST)
    ? []
    : [
        `workers.count is ${workers.count}: it must be a whole number from ` +
          `${FEWEST} to ${MOST}`,
      ];
