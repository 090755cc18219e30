import { DARK, LIGHT, type Theme } from '../../../dashboards/theme.ts';

const system = matchMedia('(prefers-color-scheme: dark)');

/** The colours that the page has now. */
export const theme = (): Theme => {
  const chosen = document.documentElement.dataset.theme;
  const isDark = chosen ? chosen === 'dark' : system.matches;
  return isDark ? DARK : LIGHT;
};

/** Tells of each change of the colours. */
export const onTheme = (listener: () => void): void => {
  document.addEventListener('theme', listener);
  system.addEventListener('change', listener);
};
