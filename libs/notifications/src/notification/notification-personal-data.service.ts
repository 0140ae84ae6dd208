import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonDataRegistry } from '@waymark/identity';
import { rows } from '@waymark/platform';

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;

/** The part of "everything about one person" that lies here. */
@Injectable()
export class NotificationPersonalData implements OnModuleInit {
  constructor(@Inject(PersonDataRegistry) private readonly registry: PersonDataRegistry) {}

  onModuleInit(): void {
    this.registry.contribute({
      section: 'notifications',
      export: async (tx, personId) => ({
        preferences: await rows(
          tx,
          `select topic, in_app as "inApp", email from notification_preference where person_id = $1 order by topic`,
          [personId],
        ),
        notifications: await rows(
          tx,
          `select kind, params, count, to_char(created_at at time zone 'UTC', ${INSTANT}) as "createdAt",
             to_char(read_at at time zone 'UTC', ${INSTANT}) as "readAt"
           from notification where person_id = $1 order by created_at, id`,
          [personId],
        ),
        mails: await rows(
          tx,
          `select template, email, state, params, to_char(created_at at time zone 'UTC', ${INSTANT}) as "createdAt"
           from mail_message where person_id = $1 order by created_at, id`,
          [personId],
        ),
      }),
    });
  }
}
