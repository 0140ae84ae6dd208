import { inject } from 'vue';
import type { ComputedRef, InjectionKey } from 'vue';

export interface FieldContext {
  id: string;
  describedBy: ComputedRef<string | undefined>;
  invalid: ComputedRef<boolean>;
  required: ComputedRef<boolean>;
}
export const FIELD: InjectionKey<FieldContext> = Symbol('field');

/** Attributes that tie a control to the WmField around it. */
export function useField(): FieldContext | null {
  return inject(FIELD, null);
}
