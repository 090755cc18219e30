// Before the page is drawn, so that it does not flash in other colours.
const theme = localStorage.getItem('theme');
if (theme === 'light' || theme === 'dark')
  document.documentElement.dataset.theme = theme;
