import { defineEvent } from '@waymark/platform';

export const badgeAwarded = defineEvent<{ badgeId: string; badgeCode: string; tier: number }>('badge.awarded');
