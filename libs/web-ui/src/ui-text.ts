import { inject, provide, reactive } from 'vue';
import type { InjectionKey } from 'vue';

/** The few words components say by themselves; the app provides them in the person's language. */
export interface UiText {
  close: string;
  loading: string;
  more: string;
  selectRow: string;
  selectAll: string;
  sortedUp: string;
  sortedDown: string;
  asTable: string;
  newHere: string;
}
const KEY: InjectionKey<UiText> = Symbol('ui-text');
const english: UiText = reactive({
  close: 'Close',
  loading: 'Loading',
  more: 'Load more',
  selectRow: 'Select row',
  selectAll: 'Select all',
  sortedUp: 'sorted upwards',
  sortedDown: 'sorted downwards',
  asTable: 'As a table',
  newHere: 'new',
});

export function provideUiText(text: UiText): void {
  provide(KEY, text);
}
export function useUiText(): UiText {
  return inject(KEY, english);
}
