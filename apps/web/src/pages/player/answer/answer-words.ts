import type { PaperBody, PaperItem } from '@waymark/assessment/rules';
import { t } from '../../../app/i18n.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRST';

function named<B extends PaperBody>(body: B): B {
  if (body.type === 'truefalse')
    return { ...body, choices: body.choices.map((c) => ({ key: c.key, text: t(`player.${c.key}`) })) };
  if (body.type !== 'single' && body.type !== 'multiple') return body;
  return { ...body, choices: body.choices.map((c, i) => ({ key: c.key, text: `${LETTERS[i] ?? ''} ${c.text}` })) };
}

/** The question with its choices as they are lettered on the screen, true and false in words. */
export function worded<B extends PaperBody & Pick<PaperItem, 'parts'>>(body: B): B {
  return { ...named(body), ...(body.parts ? { parts: body.parts.map(named) } : {}) };
}
