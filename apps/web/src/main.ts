import { createApp } from 'vue';
import './app.css';
import App from './App.vue';
import { firstLocale, i18n, setLocale, want } from './app/i18n.js';
import { router } from './app/router.js';
import { followTheme } from './app/theme.js';
import { registerServiceWorker } from './app/updates.js';
import { loadBrand } from './app/viewer.js';

followTheme();
// The page's own words load beside the general ones; the router waits for them anyway.
if (location.pathname === '/') want(['learner']);
await setLocale(firstLocale());
void loadBrand().catch(() => undefined);
createApp(App).use(i18n).use(router).mount('#app');
registerServiceWorker();
