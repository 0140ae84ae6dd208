import { fileURLToPath } from 'node:url';
import vueI18n from '@intlify/unplugin-vue-i18n/vite';
import tailwindcss from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import icons from 'unplugin-icons/vite';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { firstPageChunks } from './build/chunks.js';
import { firstData } from './build/first-data.js';
import { messagePreload } from './build/message-preload.js';
import { completeMessages } from './build/messages.js';
import { precompress } from './build/precompress.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const messages = fileURLToPath(new URL('./src/i18n', import.meta.url));
const api = `http://127.0.0.1:${process.env['WAYMARK_API_PORT'] ?? '4000'}`;

export default defineConfig({
  root,
  plugins: [
    vue(),
    tailwindcss(),
    icons({
      compiler: 'vue3',
      scale: 1,
      defaultClass: 'wm-icon',
      iconCustomizer: (_collection, _icon, props) => {
        props['aria-hidden'] = 'true';
      },
    }),
    vueI18n({
      include: [`${messages}/**/*.json`],
      dropMessageCompiler: true,
      runtimeOnly: true,
      fullInstall: false,
      strictMessage: false,
    }),
    completeMessages(messages, ['zh-CN', 'zh-TW', 'en']),
    firstData(fileURLToPath(new URL('../../libs/api-client/src/first-data.ts', import.meta.url))),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: false,
      // Only the first page: a phone on a train should not fetch the staff's screens. The rest is kept when it was used.
      injectManifest: { globPatterns: ['assets/{app,index,vendor,icons}-*.{js,css}', 'theme.js', 'icon.svg'] },
      manifest: {
        name: 'Waymark',
        short_name: 'Waymark',
        start_url: '/',
        display: 'standalone',
        background_color: '#f9faf8',
        theme_color: '#f9faf8',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
          { src: '/icon-maskable.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'maskable' },
        ],
      },
    }),
    messagePreload(['common', 'learner']),
    precompress(),
  ],
  server: {
    port: 5173,
    host: '127.0.0.1',
    proxy: {
      '/graphql': { target: api, ws: true },
      // Not the short form: it changes the host, and the api takes changes only from its own address.
      '/api': { target: api },
      '/files': { target: api },
      '/health': { target: api },
      '/metrics': { target: api },
      '/people-import': { target: api },
      '/people': { target: api },
      '/me/export.json': { target: api },
    },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: firstPageChunks(fileURLToPath(new URL('./src/main.ts', import.meta.url))), priority: 2 },
            // Icons of several later pages: one small file instead of dozens of tiny ones.
            { name: 'icons', test: /~icons[\\/]/, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
});
