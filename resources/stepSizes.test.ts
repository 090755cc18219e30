import { STEP_SIZES, type StepSize } from '../functions/shared/stepSizes.ts';
import { FUNCTIONS } from './functions.ts';

test.each(Object.entries<StepSize>(STEP_SIZES))(
  'the price of %s is by the size that is deployed',
  (step, size) => {
    const { memory, disk } = FUNCTIONS[step] ?? {};
    expect({ memory, disk }).toEqual({ memory: size.memory, disk: size.disk });
  },
);
