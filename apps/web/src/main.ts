import { createApp } from 'vue';
import './app.css';
import App from './App.vue';
import { firstLocale, i18n, setLocale } from './app/i18n.js';
import { router } from './app/router.js';
import { followTheme } from './app/theme.js';
import { registerServiceWorker } from './app/updates.js';
import { loadBrand } from './app/viewer.js';

followTheme();
// The viewer may speak another language: the router sets it before the first page is drawn.
await setLocale(firstLocale());
void loadBrand().catch(() => undefined);
createApp(App).use(i18n).use(router).mount('#app');
registerServiceWorker();
