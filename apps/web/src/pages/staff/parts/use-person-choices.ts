import { computed } from 'vue';
import { useQuery } from '../../../app/api.js';
import { t } from '../../../app/i18n.js';
import { PersonChoices } from '../../../data/people.js';

interface Option {
  value: string;
  label: string;
}
/** Org units, job roles, cohorts and tags as options, units indented as in the tree. */
export function usePersonChoices() {
  const { data, error, refresh } = useQuery(PersonChoices, {}, { touches: ['OrgUnit', 'JobRole', 'Cohort', 'Tag'] });
  const units = computed<Option[]>(() =>
    [...(data.value?.orgUnits ?? [])]
      .filter((u) => !u.archived)
      .sort((a, b) => a.path.localeCompare(b.path))
      .map((u) => ({
        value: u.id,
        label: `${'\u2003'.repeat(Math.max(0, u.path.split(/[./]/).filter(Boolean).length - 1))}${u.name}`,
      })),
  );
  const roles = computed<Option[]>(() =>
    (data.value?.jobRoles ?? []).filter((r) => !r.archived).map((r) => ({ value: r.id, label: r.name })),
  );
  const cohorts = computed<Option[]>(() => (data.value?.cohorts ?? []).map((c) => ({ value: c.id, label: c.name })));
  const tags = computed<Option[]>(() => (data.value?.tags ?? []).map((x) => ({ value: x.id, label: x.name })));
  const withNone = (options: Option[], key: string): Option[] => [{ value: '', label: t(key) }, ...options];
  return { data, error, refresh, units, roles, cohorts, tags, withNone };
}
