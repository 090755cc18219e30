let passed = 0;
let failed = 0;
let wanted = '';

/** Leaves out the proofs whose names have not these words. */
export const proveOnly = (words: string): void => {
  wanted = words.toLowerCase();
};

/** Carries out one proof and prints its figure; others build on a `base`. */
export const prove = async (
  what: string,
  act: () => Promise<string>,
  { isBase = false } = {},
): Promise<boolean> => {
  if (!isBase && !what.toLowerCase().includes(wanted)) return false;
  const started = Date.now();
  try {
    const figure = await act();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`ok   ${what}: ${figure} (${seconds} s)`);
    passed += 1;
    return true;
  } catch (error) {
    console.log(`FAIL ${what}: ${(error as Error).stack}`);
    failed += 1;
    return false;
  }
};

/** Prints the sum. @returns the exit code. */
export const total = (): number => {
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
};
