import { graphql } from '@waymark/api-client';
import type { AnyVariables, DocumentInput } from '@urql/core';
import { mutate } from '../app/api.js';
import { t } from '../app/i18n.js';
import { dismissToast, toast, toastError } from '../app/toasts.js';

const UNDO_MS = 8_000;
const waiting = new Map<symbol, () => void>();

// A page that is put away doesn't come back for sure: what waits is sent then.
addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') for (const send of [...waiting.values()]) send();
});

/**
 * Changes something a few seconds from now, with "undo" until then. It is sent earlier when the page is put away, and
 * also when the person has gone on to another screen.
 */
export function later<D, V extends AnyVariables>(
  document: DocumentInput<D, V>,
  variables: V,
  words: { text: string; undone: () => void; failed: () => void; sent?: () => void; touches?: string[] },
): void {
  const key = Symbol('later');
  const timer = setTimeout(() => send(), UNDO_MS);
  const note = toast(words.text, {
    label: t('common.undo'),
    run: () => {
      if (!waiting.delete(key)) return;
      clearTimeout(timer);
      words.undone();
    },
  });
  const send = (): void => {
    if (!waiting.delete(key)) return;
    clearTimeout(timer);
    dismissToast(note);
    void mutate(document, variables, words.touches ?? []).then(
      () => words.sent?.(),
      (error: unknown) => {
        words.failed();
        void toastError(error);
      },
    );
  };
  waiting.set(key, send);
}

export const SignMilestone = graphql(`
  mutation SignMilestone($submissionId: ID!, $comment: String) {
    signMilestone(submissionId: $submissionId, comment: $comment) {
      id
      status
    }
  }
`);
export const ReturnMilestone = graphql(`
  mutation ReturnMilestone($submissionId: ID!, $comment: String!) {
    returnMilestone(submissionId: $submissionId, comment: $comment) {
      id
      status
    }
  }
`);
