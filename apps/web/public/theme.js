// Runs before the first paint, as a file of its own because the content policy forbids inline scripts.
(function () {
  var root = document.documentElement;
  var locale = null;
  try {
    var choice = localStorage.getItem('waymark.theme');
    var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
    root.classList.toggle('dark', dark);
    locale = localStorage.getItem('waymark.locale');
  } catch {
    // Storage is closed in some private windows: the light theme is a fine first paint.
  }
  var tag = (navigator.language || '').toLowerCase();
  locale = locale || (/^zh.*(hant|tw|hk|mo)/.test(tag) ? 'zh-TW' : /^en/.test(tag) ? 'en' : 'zh-CN');
  root.lang = locale;
  var meta = document.querySelector('meta[name="waymark:messages"]');
  var files = (meta && JSON.parse(meta.content)[locale]) || [];
  files.forEach(function (file) {
    var link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = file;
    document.head.appendChild(link);
  });
})();
