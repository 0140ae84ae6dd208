// Runs before the first paint, as a file of its own because the content policy forbids inline scripts.
(function () {
  var root = document.documentElement;
  try {
    var choice = localStorage.getItem('waymark.theme');
    var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
    root.classList.toggle('dark', dark);
    var locale = localStorage.getItem('waymark.locale');
    if (locale) root.lang = locale;
  } catch {
    // Storage is closed in some private windows: the light theme is a fine first paint.
  }
})();
