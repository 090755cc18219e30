import { DefinitionError, TributaryError } from '../../core/errors.ts';

/**
 * Runs a step.
 * @returns its fault, if it throws one: so all faults are found at once.
 */
export const collect = async (
  act: () => Promise<void> | void,
): Promise<readonly string[]> => {
  try {
    await act();
    return [];
  } catch (error) {
    if (error instanceof DefinitionError) return error.faults;
    if (error instanceof TributaryError) return [error.message];
    throw error;
  }
};
