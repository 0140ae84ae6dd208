import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { LocalDay } from '@waymark/kernel';
import type { Tx } from '@waymark/platform';
import { AssignmentRepository } from '../assignment/assignment.repository.js';
import { Assignments } from '../assignment/assignments.service.js';
import { EnrolmentRepository } from '../enrolment/enrolment.repository.js';
import { isDone } from '../learning-map/learning-map.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import type { CalendarEntry } from './calendar.js';
import { CalendarFeeds, type CalendarReader } from './calendar-feeds.service.js';

const MAX = 1_000;

/** Due days of one's own open maps and assignments that are not done, into one's own calendar. */
@Injectable()
export class DueDayCalendar implements OnModuleInit {
  constructor(
    @Inject(CalendarFeeds) private readonly feeds: CalendarFeeds,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(AssignmentRepository) private readonly given: AssignmentRepository,
    @Inject(Assignments) private readonly assignments: Assignments,
  ) {}

  onModuleInit(): void {
    this.feeds.register(async (tx, reader) =>
      [...(await this.nodes(tx, reader)), ...(await this.tasks(tx, reader))].slice(0, MAX),
    );
  }

  private async nodes(tx: Tx, reader: CalendarReader): Promise<CalendarEntry[]> {
    const open = await this.enrolments.list(tx, [reader.personId], true);
    const out: CalendarEntry[] = [];
    for (const e of await this.enrolments.progressOf(
      tx,
      open.map((o) => o.id),
    )) {
      const document = await this.documents.document(tx, e.versionId, reader.locale, e.textRevision);
      document.nodes.forEach((node, i) => {
        const day = e.columns.dueOn[i];
        if (!day || node.notYet || isDone(e.columns.state[i] ?? 0)) return;
        // The key, not the id: it stays when the enrolment moves to a newer version.
        out.push(
          due(`node-${e.id}-${node.key}`, `/map?enrolment=${e.id}&node=${node.key}`, node.title, day, node.minutes),
        );
      });
    }
    return out;
  }

  private async tasks(tx: Tx, reader: CalendarReader): Promise<CalendarEntry[]> {
    const list = (await this.given.mine(tx, reader.personId)).filter(
      (a) => a.targetKind !== 'map' && a.dueAt && !a.completedOn,
    );
    const titles = await this.assignments.titles(tx, list, reader.locale);
    return list.map((a) =>
      due(
        `assignment-${a.id}-${a.dueAt as LocalDay}`,
        '/',
        titles.get(`${a.targetKind}:${a.targetCode}`) ?? a.targetCode,
        a.dueAt as LocalDay,
        0,
      ),
    );
  }
}

function due(uid: string, path: string, title: string, day: LocalDay, minutes: number): CalendarEntry {
  return { kind: 'due', uid, path, title, day, minutes };
}
