// Sets the colour scheme before the first paint. The key is the one that src/frame/theme.ts gives to Mantine.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem('tidemark-theme'); } catch (e) { /* storage is off: follow the system */ }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
