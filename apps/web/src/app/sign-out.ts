import { graphql } from '@waymark/api-client';
import { mutate } from './api.js';
import { sendWaiting } from './later.js';
import { disconnect } from './live.js';
import { forgetWorkspace } from '../shell/workspace.js';
import { toastError } from './toasts.js';

const SignOut = graphql(`
  mutation SignOut {
    signOut
  }
`);

/** Ends the session and loads the sign-in page anew, so that nothing of the person stays in memory. */
export async function signOut(): Promise<void> {
  await sendWaiting();
  try {
    await mutate(SignOut, {});
  } catch (error) {
    await toastError(error);
    return;
  }
  await disconnect();
  forgetWorkspace();
  // What was kept for working offline belongs to the person who leaves.
  if ('caches' in globalThis) {
    for (const key of await caches.keys()) if (key.includes('person')) await caches.delete(key);
  }
  location.assign('/sign-in?out=1');
}
