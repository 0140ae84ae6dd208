import { defineEvent } from '@waymark/platform';

export const personLevelReached = defineEvent<{ level: number }>('person-level.reached');
