import { defineJob } from '@waymark/platform';
import type { LinkKind } from './access-token.service.js';

/** Makes the link and mails it; the token exists nowhere else in plain text. */
export const sendAccessLink = defineJob<{ personId: string | null; kind: LinkKind; actorId: string | null }>({
  name: 'identity.send-access-link',
  attempts: 3,
});
