import { Inject, Injectable } from '@nestjs/common';
import { PersonCards, Settings } from '@waymark/identity';
import { localDayOf, pickText, type Clock, type Locale } from '@waymark/kernel';
import {
  CLOCK,
  Db,
  HandlesJob,
  MailQueue,
  SubjectTitles,
  Texts,
  type JobRun,
  type MailInput,
  type Tx,
} from '@waymark/platform';
import { digestTime, outsideQuiet } from './mail-time.js';
import { decisionOf, linkOf } from './notification-kind.js';
import { lineOf } from './notification-words.js';
import { mailNotificationsJob } from './notification.jobs.js';
import {
  claimDueMails,
  postponeMails,
  recipients,
  settleMails,
  type DueMail,
  type Recipient,
} from './notification.repository.js';
import { Notifications } from './notifications.service.js';

const BATCH = 500;

interface Words {
  line: string;
  person: string | null;
  title: string | null;
  /** Of an announcement: what it says. */
  body: string;
}

/** Words what is due by mail and hands it to the mail queue: single news at once, reminders as one digest a day. */
@Injectable()
export class NotificationMails {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(MailQueue) private readonly mails: MailQueue,
    @Inject(Notifications) private readonly notifications: Notifications,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @HandlesJob(mailNotificationsJob)
  async send(_payload: object, run: Pick<JobRun, 'signal'>): Promise<void> {
    for (;;) {
      const taken = await this.db.transaction((tx) => this.batch(tx));
      if (taken < BATCH || run.signal.aborted) return;
    }
  }

  private async batch(tx: Tx): Promise<number> {
    const now = this.clock.now();
    const due = await claimDueMails(tx, now, BATCH);
    if (due.length === 0) return 0;
    const people = await recipients(
      tx,
      due.map((d) => d.personId),
    );
    const words = await this.wording(tx, due, people);
    const { quietHours } = await this.settings.get(tx);
    const mails: MailInput[] = [];
    const postponed: { notificationId: string; dueAt: Date }[] = [];
    const digests = new Map<string, DueMail[]>();
    for (const d of due) {
      const person = people.get(d.personId);
      // What was read in the app meanwhile, or whose person has left, needs no mail.
      if (!person?.email || d.readAt) continue;
      // Whoever lives in another zone since it was planned has quiet hours now.
      const open = outsideQuiet(now, person.zone, quietHours);
      if (open > now) {
        postponed.push({ notificationId: d.id, dueAt: open });
        continue;
      }
      if (d.digest) digests.set(d.personId, [...(digests.get(d.personId) ?? []), d]);
      else mails.push(this.single(d, person, words(d)));
    }
    for (const [personId, list] of digests) {
      const person = people.get(personId) as Recipient;
      const dedupeKey = `digest:${personId}:${localDayOf(now, person.zone)}`;
      if (await this.notifications.mailedToday(tx, dedupeKey)) {
        const dueAt = digestTime(now, person.zone, quietHours, true);
        postponed.push(...list.map((d) => ({ notificationId: d.id, dueAt })));
      } else
        mails.push(
          this.digest(
            list,
            person,
            list.map((d) => words(d).line),
            dedupeKey,
          ),
        );
    }
    await this.mails.enqueueMany(tx, mails);
    await postponeMails(tx, postponed);
    const later = new Set(postponed.map((p) => p.notificationId));
    await settleMails(
      tx,
      due.filter((d) => !later.has(d.id)).map((d) => d.id),
      now,
    );
    return due.length;
  }

  private single(d: DueMail, person: Recipient, words: Words): MailInput {
    const common = {
      to: { personId: person.personId, email: person.email as string },
      locale: person.locale,
      dedupeKey: `notification:${d.id}`,
      resendable: false,
    };
    const link = linkOf(d);
    if (d.kind === 'announcement' && words.title)
      return { ...common, template: 'announcement', params: { title: words.title, text: words.body, link } };
    return d.kind === 'milestone-waiting' && words.person && words.title
      ? { ...common, template: 'milestone-waiting', params: { personName: words.person, title: words.title, link } }
      : { ...common, template: 'notification', params: { title: words.line, text: words.line, link } };
  }

  private digest(list: readonly DueMail[], person: Recipient, lines: string[], dedupeKey: string): MailInput {
    return {
      to: { personId: person.personId, email: person.email as string },
      template: 'nudge-digest',
      params: {
        lines: [...new Set(lines)],
        count: list.reduce((n, d) => n + (d.kind === 'reviews-due' ? 1 : d.count), 0),
        link: '/',
      },
      locale: person.locale,
      dedupeKey,
      resendable: false,
    };
  }

  /** Titles and names in each reader's language: two look-ups per language, not per mail. */
  private async wording(
    tx: Tx,
    due: readonly DueMail[],
    people: ReadonlyMap<string, Recipient>,
  ): Promise<(d: DueMail) => Words> {
    const bodies = await this.texts.load(tx, [
      ...new Set(due.flatMap((d) => (d.kind === 'announcement' && d.subjectId ? [d.subjectId] : []))),
    ]);
    const byLocale = new Map<Locale, { titles: Map<string, string>; names: Map<string, string> }>();
    for (const locale of new Set([...people.values()].map((p) => p.locale))) {
      const list = due.filter((d) => people.get(d.personId)?.locale === locale);
      const subjects = list.flatMap((d) => {
        const decision = decisionOf(d.params);
        return [
          ...(d.subjectType && d.subjectId ? [{ type: d.subjectType, id: d.subjectId }] : []),
          ...(decision ? [{ type: 'node-decision', id: decision }] : []),
        ];
      });
      const cards = await this.cards.load(
        tx,
        list.flatMap((d) => (d.aboutPersonId ? [d.aboutPersonId] : [])),
        locale,
      );
      byLocale.set(locale, {
        titles: await this.titles.load(tx, subjects, locale),
        names: new Map([...cards].map(([id, c]) => [id, c.name])),
      });
    }
    return (d) => {
      const locale = people.get(d.personId)?.locale ?? 'zh-CN';
      const known = byLocale.get(locale);
      const person = known?.names.get(d.aboutPersonId ?? '') ?? null;
      const title = known?.titles.get(`${d.subjectType}:${d.subjectId}`) ?? null;
      const note = known?.titles.get(`node-decision:${decisionOf(d.params)}`) ?? null;
      const line = lineOf({ kind: d.kind, params: d.params, count: d.count, person, title, note }, locale);
      return { line, person, title, body: pickText(bodies.get(d.subjectId ?? '')?.['body'], locale) };
    };
  }
}
