/** Numbers one after the other: no objects that the garbage collector moves. */
export interface Numbers {
  readonly push: (value: number) => void;
  readonly at: (index: number) => number;
  readonly sum: () => number;
}

export const newNumbers = (): Numbers => {
  let values = new Float64Array(1024);
  let count = 0;
  const grow = () => {
    const wider = new Float64Array(2 * values.length);
    wider.set(values);
    values = wider;
  };
  return {
    push: (value) => {
      if (count === values.length) grow();
      values[count++] = value;
    },
    at: (index) => values[index] as number,
    sum: () => values.subarray(0, count).reduce((sum, value) => sum + value, 0),
  };
};
