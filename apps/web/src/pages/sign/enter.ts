import type { Router } from 'vue-router';
import { loadViewer } from '../../app/viewer.js';
import { safeNext } from '../../app/router.js';
import { homeRoute } from '../../shell/workspace.js';

/** After a session has begun: asks who is signed in and goes where the person wanted to go, else to where the work is. */
export async function enter(router: Router, next: unknown): Promise<void> {
  await loadViewer();
  const wanted = safeNext(next);
  await router.replace(wanted === '/' ? homeRoute(router) : wanted);
}
