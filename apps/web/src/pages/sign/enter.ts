import type { Router } from 'vue-router';
import { loadViewer } from '../../app/viewer.js';
import { safeNext } from '../../app/router.js';

/** After a session has begun: asks who is signed in and goes where the person wanted to go. */
export async function enter(router: Router, next: unknown): Promise<void> {
  await loadViewer();
  await router.replace(safeNext(next));
}
