import { DefinitionError } from '../../core/errors.ts';
import { validatePlan } from '../../engine/validate/validatePlan.ts';
import { type CommonOptions, EXIT, platformOf } from '../context.ts';

/** Finds all that is wrong with definitions, without any data. */
export const validateCommand = async (
  named: readonly string[],
  options: CommonOptions,
): Promise<number> => {
  const { definitions } = platformOf(options);
  const names = named.length > 0 ? named : await definitions.names();
  const results = await Promise.all(
    names.map(async (pipeline) => {
      try {
        const plan = await definitions.plan(pipeline);
        return { pipeline, faults: await validatePlan(plan) };
      } catch (error) {
        if (!(error instanceof DefinitionError)) throw error;
        return { pipeline, faults: [...error.faults] };
      }
    }),
  );
  if (options.json) console.log(JSON.stringify(results, null, 1));
  else
    for (const { pipeline, faults } of results) {
      if (faults.length === 0) console.log(`${pipeline}: sound`);
      for (const fault of faults) console.error(`${pipeline}: ${fault}`);
    }
  const isSound = results.every(({ faults }) => faults.length === 0);
  return isSound ? EXIT.ok : EXIT.usage;
};
