import { computed } from 'vue';
import { useQuery } from '../../../app/api.js';
import { t } from '../../../app/i18n.js';
import { canAny } from '../../../app/viewer.js';
import { Choices, MapChoices } from '../../../data/dashboard.js';
import { useUrl } from './use-url.js';

/** Which people a page is about: map, org unit, cohort and mentor, all in the address. */
export function usePeopleFilter() {
  const map = useUrl('map');
  const unit = useUrl('unit');
  const cohort = useUrl('cohort');
  const mentor = useUrl('mentor');
  const choices = useQuery(Choices, {}, { policy: 'cache-first' });
  const maps = useQuery(MapChoices, {}, { policy: 'cache-first', pause: () => !canAny(['learning:read-maps']) });
  const published = computed(() => (maps.data.value?.learningMaps ?? []).filter((m) => m.currentVersion));
  const units = computed(() =>
    (choices.data.value?.orgUnits ?? []).filter((u) => !u.archived).sort((a, b) => a.path.localeCompare(b.path)),
  );
  const depthOf = (path: string): number => Math.max(0, path.split(/[./]/).filter(Boolean).length - 1);
  return {
    map,
    unit,
    cohort,
    mentor,
    maps: published,
    units,
    cohorts: computed(() => choices.data.value?.cohorts ?? []),
    mapOptions: computed(() => [
      { value: '', label: t('staff.everyMap') },
      ...published.value.map((m) => ({ value: m.id, label: m.title })),
    ]),
    unitOptions: computed(() => [
      { value: '', label: t('staff.everyUnit') },
      ...units.value
        .filter((u) => u.kind !== 'company')
        .map((u) => ({ value: u.id, label: `${'\u2003'.repeat(Math.max(0, depthOf(u.path) - 1))}${u.name}` })),
    ]),
    cohortOptions: computed(() => [
      { value: '', label: t('staff.everyCohort') },
      ...(choices.data.value?.cohorts ?? []).map((c) => ({ value: c.id, label: c.name })),
    ]),
    filter: computed(() => ({
      mapId: map.value || null,
      orgUnitId: unit.value || null,
      cohortId: cohort.value || null,
      mentorId: mentor.value || null,
    })),
  };
}
