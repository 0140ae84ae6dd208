/** Names of a question version's texts in content_text; those of a part of a case stand behind `partPrefix`. */
export const STEM = 'stem';
export const EXPLANATION = 'explanation';
export const choiceField = (key: string): string => `choice.${key}`;
export const feedbackField = (key: string): string => `feedback.${key}`;
export const promptField = (key: string): string => `prompt.${key}`;
export const optionField = (key: string): string => `option.${key}`;
export const gapChoiceField = (gap: string, key: string): string => `gap.${gap}.${key}`;
export const criterionField = (key: string): string => `criterion.${key}`;
export const levelField = (criterion: string, key: string): string => `criterion.${criterion}.${key}`;
export const altField = (fileId: string): string => `alt.${fileId}`;
export const partPrefix = (part: string): string => `part.${part}.`;
