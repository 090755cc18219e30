/** On the clock of the pipeline: `2024-05-01 06:00 America/Chicago`. */
export const localTime = (moment: string, timeZone: string): string => {
  const text = new Date(moment).toLocaleString('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return `${text} ${timeZone}`;
};
