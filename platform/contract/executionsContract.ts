import type { Executions } from '../ports.ts';

export interface ExecutionsPlace {
  readonly executions: Executions;
  /** The name of a new one that runs. */
  begin(): Promise<string>;
  end(execution: string): Promise<void>;
}

/** What a lock that may be taken over relies on. */
export const executionsContract = (
  name: string,
  open: () => Promise<ExecutionsPlace>,
): void => {
  describe(`executions: ${name}`, () => {
    test('one runs until it has ended, whatever others do', async () => {
      const { executions, begin, end } = await open();
      const [one, other] = [await begin(), await begin()];
      expect(one).not.toBe(other);
      expect(await executions.isRunning(one)).toBe(true);
      await end(one);
      expect(await executions.isRunning(one)).toBe(false);
      expect(await executions.isRunning(other)).toBe(true);
      await end(other);
    });

    test.each([
      '',
      'none',
      'local:1:2:3',
      'local:0:0:0',
      'arn:aws:states:us-east-1:000000000000:execution:none:none',
    ])('what is unknown does not run: %j', async (execution) => {
      const { executions } = await open();
      expect(await executions.isRunning(execution)).toBe(false);
    });
  });
};
