import { fullDay } from '../../../app/format.js';
import { t } from '../../../app/i18n.js';
import type { Audience } from '../../../data/assign.js';

/** Who an audience is, in words. */
export function audienceWords(rule: Audience['rule']): string {
  const comma = t('common.listComma');
  const parts = [
    rule.everyone ? t('audiences.everyone') : '',
    rule.orgUnits.map((x) => x.name).join(comma),
    rule.jobRoles.map((x) => x.name).join(comma),
    rule.cohorts.map((x) => x.name).join(comma),
    rule.tags.map((x) => x.name).join(comma),
    rule.hiredFrom ? t('audiences.hiredFromDay', { day: fullDay(rule.hiredFrom) }) : '',
    rule.hiredTo ? t('audiences.hiredToDay', { day: fullDay(rule.hiredTo) }) : '',
    rule.hiredWithinDays !== null ? t('audiences.hiredWithinN', { n: rule.hiredWithinDays }) : '',
  ].filter(Boolean);
  const all = parts.join(t('audiences.and'));
  const named = rule.persons.length > 0 ? t('audiences.plusN', { n: rule.persons.length }) : '';
  const without = rule.excludedPersons.length > 0 ? t('audiences.withoutN', { n: rule.excludedPersons.length }) : '';
  const within =
    rule.within.length > 0 ? t('audiences.withinUnits', { units: rule.within.map((x) => x.name).join(comma) }) : '';
  return [all, named, without, within].filter(Boolean).join(comma) || t('audiences.nobody');
}
