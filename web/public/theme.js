/* global document, localStorage, matchMedia */
// Runs before the first paint, so that a stored or system theme never flashes. The rest is in src/lib/theme.ts.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('mcm-theme');
  } catch {
    // Storage may be forbidden; the system's theme is a good answer then.
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
})();
