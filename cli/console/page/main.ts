// What every page does: the token, the colours.
import { need } from './dom.ts';
import { keepToken } from './server.ts';

keepToken();

const THEMES = ['system', 'light', 'dark'] as const;
const SIGNS = { system: '◐', light: '☀', dark: '☾' };

const button = need<HTMLButtonElement>('#theme');

const current = () => {
  const stored = localStorage.getItem('theme');
  return THEMES.find((name) => name === stored) ?? 'system';
};

const show = () => {
  const theme = current();
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const of = theme === 'system' ? 'as the system' : theme;
  button.textContent = SIGNS[theme];
  button.setAttribute('aria-label', `Colours: ${of}`);
  button.title = `Colours: ${of}`;
};

button.addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(current()) + 1) % THEMES.length];
  localStorage.setItem('theme', next ?? 'system');
  show();
  document.dispatchEvent(new Event('theme'));
});
show();

// On a phone the tab of this page may be beyond the edge.
document
  .querySelector('.tabs [aria-current]')
  ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
