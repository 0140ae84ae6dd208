import { pickText, type Locale, type Text } from '@waymark/kernel';
import type { Evidence, MapDocument } from '../learning-map/learning-map.js';

export function localEvidence(e: Evidence, locale: Locale): NonNullable<MapDocument['nodes'][number]['evidence']> {
  const say = (text: Text): string => pickText(text, locale);
  return {
    kind: e.kind,
    target: e.target,
    unit: say(e.unit),
    needsText: e.needsText,
    minFiles: e.minFiles,
    instructions: say(e.instructions),
  };
}
