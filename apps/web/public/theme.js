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
  // The app's own script is gone (an update under way, a line that broke): say so, as nothing else is there to do it.
  var words = {
    en: ['This page could not be loaded. An update may be under way.', 'Load again'],
    'zh-CN': ['页面没能加载，可能正在更新。', '重新加载'],
    'zh-TW': ['頁面無法載入，可能正在更新。', '重新載入'],
  };
  function sayMissing() {
    var app = document.getElementById('app');
    if (!app || app.childElementCount > 0) return;
    var text = words[locale] || words.en;
    var line = document.createElement('p');
    line.textContent = text[0];
    var button = document.createElement('button');
    button.textContent = text[1];
    button.onclick = function () {
      location.reload();
    };
    var box = document.createElement('main');
    box.setAttribute('role', 'alert');
    box.style.cssText = 'padding:20vh 24px;text-align:center;font:16px/1.6 system-ui,sans-serif';
    button.style.cssText =
      'font:inherit;padding:10px 20px;border:1px solid currentColor;border-radius:8px;background:none';
    box.append(line, button);
    app.append(box);
  }
  addEventListener(
    'error',
    function (event) {
      if (event.target && event.target.tagName === 'SCRIPT') sayMissing();
    },
    true,
  );
  addEventListener('unhandledrejection', function (event) {
    if (/dynamically imported module|Importing a module script failed/i.test(String(event.reason))) sayMissing();
  });
  files.forEach(function (file) {
    var link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = file;
    document.head.appendChild(link);
  });
})();
