import type { FlagCode } from '@waymark/assessment/rules';
import { number, percent } from '../../../app/format.js';
import { t } from '../../../app/i18n.js';
import type { Calibration, ItemFlag } from '../../../data/statistics.js';

/** −0.12; nothing where it could not be computed. */
export const coefficient = (x: number | null | undefined): string =>
  x === null || x === undefined
    ? '–'
    : number(x, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'negative' });

export const share = (x: number | null | undefined): string => (x === null || x === undefined ? '–' : percent(x));

export const points = (x: number | null | undefined): string =>
  x === null || x === undefined ? '–' : number(x, { maximumFractionDigits: 1 });

/** 0.83 ± 0.12, or why not. */
export function estimate(c: Calibration | null | undefined, of: 'a' | 'b'): string {
  const value = c?.[of];
  if (!c || value === null || value === undefined) return '–';
  const error = of === 'a' ? c.aSe : c.bSe;
  return error === null || error === undefined
    ? coefficient(value)
    : `${coefficient(value)} ${t('statistics.calibration.se', { n: coefficient(error) })}`;
}

export const flagTitle = (f: ItemFlag): string =>
  t(`statistics.flag.${f.code as FlagCode}.title`, { c: f.letter ?? '' });
export const flagTodo = (f: ItemFlag): string => t(`statistics.flag.${f.code as FlagCode}.todo`, { c: f.letter ?? '' });

const GRAVE: ReadonlySet<string> = new Set<FlagCode>(['key-suspect', 'two-right', 'against']);
/** The question may be wrong, as against not as good as it could be. */
export const isGrave = (f: ItemFlag): boolean => GRAVE.has(f.code);
