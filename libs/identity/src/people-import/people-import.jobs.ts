import { defineJob } from '@waymark/platform';

export const commitPeopleImport = defineJob<{ importId: string }>({
  name: 'identity.commit-people-import',
  attempts: 3,
});
