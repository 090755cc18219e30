let passed = 0;
let failed = 0;

/** Carries out one proof and prints its figure. */
export const prove = async (
  what: string,
  act: () => Promise<string>,
): Promise<boolean> => {
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
