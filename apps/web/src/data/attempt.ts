import type { ResultOf } from '@waymark/api-client';
import { isBlank, type Answer, type ChoiceFeedback, type MarkState, type RightAnswer } from '@waymark/assessment/rules';
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue';
import { mutate, query } from '../app/api.js';
import { online, randomId } from '../app/connection.js';
import { ApiError, asApiError } from '../app/errors.js';
import {
  AttemptQuery,
  CheckAnswerMutation,
  SaveAnswersMutation,
  SubmitAttemptMutation,
  TakeOverMutation,
  type PaperItem,
  type SavedAnswer,
} from './assessment.js';
import { answerInput } from './answer-input.js';
import { deviceId, dropAnswers, forget, keep, kept, pendingAnswers, putAnswer, type PendingAnswer } from './outbox.js';

type Attempt = ResultOf<typeof AttemptQuery>['attempt'];
/** What the author lets a learner know of a question that was checked. */
export interface Feedback {
  item: number;
  right: boolean;
  state: MarkState;
  answer: RightAnswer;
  choiceFeedback: ChoiceFeedback[];
  explanation: string | null;
  lessonRef: string | null;
}

export interface GivenAnswer {
  answer: Answer;
  /** Only on this device so far. */
  waiting: boolean;
  checked: boolean;
}

export type SaveState = 'idle' | 'saving' | 'saved' | 'offline';

/** What was answered, without when and how it is sent. */
function answerOf({ choices, text, pairs, order, gaps, parts }: Answer): Answer {
  return {
    ...(choices ? { choices } : {}),
    ...(text === undefined ? {} : { text }),
    ...(pairs ? { pairs } : {}),
    ...(order ? { order } : {}),
    ...(gaps ? { gaps } : {}),
    ...(parts ? { parts } : {}),
  };
}

function sent(waiting: PendingAnswer) {
  const { saveId, seq, item, answeredAt } = waiting;
  return { saveId, seq, item, answeredAt, ...answerInput(waiting) };
}

const TYPING_MS = 600;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 20_000];
const BATCH = 100;

/**
 * One attempt at this device. Every answer goes to IndexedDB first, then to the server in the order it was given; it
 * survives a reload, a lost network and a closed tab. The clock is the server's.
 */
export function useAttempt(id: string) {
  const device = deviceId();
  const attempt = shallowRef<Attempt | null>(null);
  const paper = shallowRef<PaperItem[]>([]);
  const answers = reactive(new Map<number, GivenAnswer>());
  const feedback = reactive(new Map<number, Feedback>());
  const saveState = ref<SaveState>('idle');
  const savedAt = ref<string | null>(null);
  const readOnly = ref(false);
  const takenOver = ref(false);
  const finished = ref(false);
  const error = shallowRef<ApiError | null>(null);
  const loading = ref(true);
  const secondsLeft = ref<number | null>(null);

  let seq = 0;
  let deadline: number | null = null;
  let serverOffset = 0;
  let typing: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let sending: Promise<void> | null = null;

  const tick = setInterval(() => {
    if (deadline === null) return;
    secondsLeft.value = Math.max(0, Math.ceil((deadline - (performance.now() + serverOffset)) / 1000));
  }, 250);

  function synchronise(serverNow: string, deadlineAt: string | null): void {
    serverOffset = new Date(serverNow).getTime() - performance.now();
    deadline = deadlineAt ? new Date(deadlineAt).getTime() : null;
    if (deadline !== null)
      secondsLeft.value = Math.max(0, Math.ceil((deadline - new Date(serverNow).getTime()) / 1000));
  }

  function show(next: Attempt): void {
    attempt.value = next;
    paper.value = next.paper as unknown as PaperItem[];
    readOnly.value = next.readOnly;
    finished.value = next.state !== 'open';
    seq = Math.max(seq, next.lastSeq);
    for (const a of next.answers as unknown as SavedAnswer[]) {
      answers.set(a.item, { answer: answerOf(a), waiting: false, checked: a.checked });
      if (!savedAt.value || a.savedAt > savedAt.value) savedAt.value = a.savedAt;
    }
  }

  async function showWaiting(): Promise<void> {
    for (const p of await pendingAnswers(id)) {
      seq = Math.max(seq, p.seq);
      answers.set(p.item, { answer: answerOf(p), waiting: true, checked: false });
    }
  }

  async function load(): Promise<void> {
    try {
      const { attempt: next } = await query(AttemptQuery, { id, deviceId: device });
      synchronise(next.serverNow, next.deadlineAt);
      show(next);
      await keep(`attempt:${id}`, { attempt: next, at: Date.now() });
    } catch (e) {
      const failure = asApiError(e);
      const copy = failure.code === 'OFFLINE' ? await kept<{ attempt: Attempt; at: number }>(`attempt:${id}`) : null;
      if (!copy) {
        error.value = failure;
        loading.value = false;
        return;
      }
      // The device's clock only bridges the time without a network; the server settles what counts.
      synchronise(
        new Date(new Date(copy.attempt.serverNow).getTime() + Date.now() - copy.at).toISOString(),
        copy.attempt.deadlineAt,
      );
      show(copy.attempt);
      saveState.value = 'offline';
    }
    await showWaiting();
    loading.value = false;
    void flush();
  }

  async function set(item: number, given: Answer): Promise<void> {
    if (readOnly.value || finished.value) return;
    seq += 1;
    const pending: PendingAnswer = {
      saveId: randomId(),
      attemptId: id,
      seq,
      item,
      ...given,
      answeredAt: new Date().toISOString(),
    };
    answers.set(item, { answer: given, waiting: true, checked: false });
    // IndexedDB copies plain values only.
    await putAnswer(JSON.parse(JSON.stringify(pending)) as PendingAnswer);
    if (given.choices || given.order || given.pairs) void flush();
    else {
      clearTimeout(typing);
      typing = setTimeout(() => void flush(), TYPING_MS);
    }
  }

  /** Sends what waits, oldest first; one sender at a time. */
  function flush(): Promise<void> {
    sending ??= send().finally(() => (sending = null));
    return sending;
  }

  async function send(): Promise<void> {
    clearTimeout(retry);
    for (;;) {
      const waiting = await pendingAnswers(id);
      if (waiting.length === 0) {
        if (saveState.value !== 'idle') saveState.value = 'saved';
        return;
      }
      saveState.value = 'saving';
      const batch = waiting.slice(0, BATCH);
      try {
        const { saveAnswers: saved } = await mutate(SaveAnswersMutation, {
          input: {
            attemptId: id,
            deviceId: device,
            answers: batch.map(sent),
          },
        });
        synchronise(saved.serverNow, saved.deadlineAt);
        await dropAnswers([...saved.saved, ...saved.late]);
        const left = new Set((await pendingAnswers(id)).map((p) => p.item));
        for (const [item, answer] of answers) answer.waiting = left.has(item);
        savedAt.value = saved.savedAt;
        saveState.value = 'saved';
        failures = 0;
        if (saved.state !== 'open') finished.value = true;
        if (saved.saved.length + saved.late.length === 0) return;
      } catch (e) {
        if (await refused(asApiError(e), batch)) return;
      }
    }
  }

  /** What a refusal means for the answers that wait. Returns true when sending stops for now. */
  async function refused(failure: ApiError, batch: PendingAnswer[]): Promise<boolean> {
    if (
      failure.code === 'OFFLINE' ||
      failure.code === 'TRANSIENT' ||
      failure.code === 'RATE_LIMITED' ||
      failure.code === 'INTERNAL_SERVER_ERROR'
    ) {
      saveState.value = 'offline';
      retry = setTimeout(() => void flush(), RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
      failures += 1;
      return true;
    }
    if (failure.reason === 'attempt-taken-over') {
      readOnly.value = true;
      takenOver.value = true;
      return true;
    }
    if (failure.reason === 'attempt-submitted') {
      await dropAnswers(batch.map((b) => b.saveId));
      finished.value = true;
      return true;
    }
    error.value = failure;
    if (failure.code !== 'BAD_USER_INPUT') return true;
    await dropAnswers(batch.map((b) => b.saveId));
    return false;
  }

  /** Settles one question of a quiz and says at once whether it is right. */
  async function check(item: number): Promise<void> {
    const given = answers.get(item);
    if (!given) return;
    await flush();
    seq += 1;
    const { checkAnswer } = await mutate(CheckAnswerMutation, {
      input: {
        attemptId: id,
        deviceId: device,
        answer: {
          saveId: randomId(),
          seq,
          item,
          ...answerInput(given.answer),
          answeredAt: new Date().toISOString(),
        },
      },
    });
    feedback.set(item, checkAnswer as unknown as Feedback);
    answers.set(item, { ...given, waiting: false, checked: true });
  }

  /** Hands the attempt in. What still waits goes along, so that nothing depends on an earlier save. */
  async function submit(): Promise<void> {
    clearTimeout(typing);
    await sending;
    const waiting = await pendingAnswers(id);
    await mutate(SubmitAttemptMutation, {
      input: {
        attemptId: id,
        deviceId: device,
        answers: waiting.slice(0, BATCH).map(sent),
      },
    });
    await dropAnswers(waiting.map((p) => p.saveId));
    await forget(`attempt:${id}`);
    finished.value = true;
  }

  async function takeOver(): Promise<void> {
    const { takeOverAttempt: next } = await mutate(TakeOverMutation, { attemptId: id, deviceId: device });
    synchronise(next.serverNow, next.deadlineAt);
    takenOver.value = false;
    show(next);
    await flush();
  }

  const waitingItems = computed(() => [...answers].filter(([, a]) => a.waiting).map(([item]) => item));
  const answeredItems = computed(() => [...answers].filter(([, a]) => !isBlank(a.answer)).map(([item]) => item));

  const onOnline = (): void => void flush();
  addEventListener('online', onOnline);
  const onHide = (): void => {
    if (document.visibilityState === 'hidden') void flush();
  };
  document.addEventListener('visibilitychange', onHide);
  onScopeDispose(() => {
    clearInterval(tick);
    clearTimeout(typing);
    clearTimeout(retry);
    removeEventListener('online', onOnline);
    document.removeEventListener('visibilitychange', onHide);
  });

  void load();
  return {
    attempt,
    paper,
    answers,
    feedback,
    saveState,
    savedAt,
    readOnly,
    takenOver,
    finished,
    error,
    loading,
    secondsLeft,
    waitingItems,
    answeredItems,
    online,
    set,
    check,
    submit,
    takeOver,
    reload: load,
  };
}
