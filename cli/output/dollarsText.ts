/** Dollars with two significant digits at least: `$0.00024`, `$3.10`. */
export const dollarsText = (dollars: number): string => {
  const rounded = Number(dollars.toPrecision(2));
  if (rounded === 0) return '$0';
  if (rounded >= 0.1) return `$${dollars.toFixed(2)}`;
  const digits = 1 - Math.floor(Math.log10(rounded));
  return `$${rounded.toFixed(Math.min(9, digits))}`;
};
