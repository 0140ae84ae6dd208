import { computed } from 'vue';
import { useQuery } from '../../app/api.js';
import { CompetencyNamesQuery } from '../../data/course-build.js';
import { QuestionBanksQuery } from '../../data/question-build.js';

/** Banks and topics, which every list of questions names. */
export function useBanks() {
  const { data, error, refresh } = useQuery(
    QuestionBanksQuery,
    {},
    { touches: ['QuestionBank', 'Topic', 'QuestionDetail'] },
  );
  const banks = computed(() => data.value?.questionBanks ?? []);
  const topics = computed(() => data.value?.topics ?? []);
  const titles = computed(() => new Map(topics.value.map((t) => [t.code, t.title])));
  return {
    loaded: computed(() => data.value !== undefined),
    error,
    refresh,
    banks,
    topics,
    topicTitle: (code: string): string => titles.value.get(code) ?? code,
    bankTitle: (id: string): string => banks.value.find((b) => b.id === id)?.title ?? '',
  };
}

export function useCompetencies() {
  const { data } = useQuery(CompetencyNamesQuery, {}, { policy: 'cache-first' });
  return computed(() => (data.value?.competencyModel.dimensions ?? []).map((d) => ({ value: d.code, label: d.name })));
}
