/// <reference types="vite/client" />
import 'vue-router';
import type { Area } from './app/i18n.js';

declare module 'vue-router' {
  interface RouteMeta {
    /** Message key of the page title. */
    title?: string;
    /** Message areas to load before the page opens; `common` always is. */
    areas?: Area[];
    /** Who sees it without signing in. */
    public?: boolean;
    /** Opens only with one of these permissions. */
    anyOf?: string[];
    /** shell: tab bar or rail; focus: the page alone (players); bare: before signing in. Default shell. */
    layout?: 'shell' | 'focus' | 'bare';
    /** Which rail and tab bar the page belongs to. Default learn. */
    workspace?: 'learn' | 'mentor' | 'staff';
    /** The tab or rail entry that is marked; default: the route's own name. */
    entry?: string;
    /** On the desk: the rail shrinks to icons (builders). */
    narrowRail?: boolean;
    /** On a phone: a page below a tab shows no tab bar of its own. Default true for layout shell. */
    tabs?: boolean;
  }
}
