const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes for a reader: `1.2 MB`. */
export const shownBytes = (bytes: number): string => {
  const power = Math.min(
    Math.floor(Math.log10(Math.max(bytes, 1)) / 3),
    UNITS.length - 1,
  );
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${UNITS[power]}`;
};
