import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { Audit, PersonCards } from '@waymark/identity';
import { InvalidInput, isUuid, type Locale } from '@waymark/kernel';
import { Allow, CurrentViewer, Db, writeXlsx, type Viewer } from '@waymark/platform';
import type { FastifyReply } from 'fastify';
import { LIGHTS, type Light } from './trainee-health.js';
import { Trainees } from './trainees.service.js';

const WORDS: Record<Locale, { sheet: string; headings: string[]; lights: Record<Light, string> }> = {
  'zh-CN': {
    sheet: '学习进展',
    headings: [
      '姓名',
      '部门',
      '学习地图',
      '开始日',
      '第几天',
      '阶段',
      '已完成',
      '必修',
      '逾期',
      '下一到期日',
      '最近进展',
      '状态',
      '停在',
      '导师',
    ],
    lights: { 'on-track': '按计划', 'at-risk': '落后', overdue: '逾期', done: '已完成' },
  },
  'zh-TW': {
    sheet: '學習進展',
    headings: [
      '姓名',
      '部門',
      '學習地圖',
      '開始日',
      '第幾天',
      '階段',
      '已完成',
      '必修',
      '逾期',
      '下一到期日',
      '最近進展',
      '狀態',
      '停在',
      '導師',
    ],
    lights: { 'on-track': '按計畫', 'at-risk': '落後', overdue: '逾期', done: '已完成' },
  },
  en: {
    sheet: 'Progress',
    headings: [
      'Name',
      'Unit',
      'Map',
      'Started',
      'Day',
      'Stage',
      'Done',
      'Required',
      'Overdue',
      'Next due',
      'Last progress',
      'Status',
      'Held by',
      'Mentor',
    ],
    lights: { 'on-track': 'On track', 'at-risk': 'At risk', overdue: 'Overdue', done: 'Completed' },
  },
};
const KINDS = [
  'text',
  'text',
  'text',
  'day',
  'number',
  'text',
  'number',
  'number',
  'number',
  'day',
  'day',
  'text',
  'text',
  'text',
] as const;

function idOrNull(value: string | undefined): string | null {
  if (!value) return null;
  if (!isUuid(value)) throw new InvalidInput('id-invalid');
  return value;
}

/** What the dashboard lists, as a file. */
@Controller('api/learning')
export class TraineeExportController {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Trainees) private readonly trainees: Trainees,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  @Get('progress.xlsx')
  @Allow('learning:progress')
  async progress(
    @CurrentViewer() viewer: Viewer,
    @Query() query: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const light = LIGHTS.find((l) => l === query['light']) ?? null;
    const filter = {
      mapId: idOrNull(query['mapId']),
      orgUnitId: idOrNull(query['orgUnitId']),
      cohortId: idOrNull(query['cohortId']),
      mentorId: idOrNull(query['mentorId']),
      status: query['status'] === 'completed' || query['status'] === 'all' ? query['status'] : 'open',
      light,
    };
    const words = WORDS[viewer.locale];
    const sheet = await this.db.transaction(async (tx) => {
      const list = await this.trainees.all(tx, viewer, filter);
      const cards = await this.cards.load(
        tx,
        list.flatMap((t) => [t.personId, ...(t.mentorId ? [t.mentorId] : [])]),
        viewer.locale,
      );
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'progress.exported',
        subjectType: 'progress',
        subjectId: filter.mapId ?? 'all',
        changes: [{ field: 'people', from: null, to: list.length }],
      });
      return list.map((t) => [
        cards.get(t.personId)?.name ?? '',
        cards.get(t.personId)?.unit ?? '',
        t.mapTitle,
        t.startDay,
        t.day,
        t.stageTitle,
        t.done,
        t.total,
        t.overdue,
        t.nextDueOn,
        t.lastProgressOn,
        words.lights[t.light],
        t.holdingNode,
        t.mentorId ? (cards.get(t.mentorId)?.name ?? '') : '',
      ]);
    });
    const file = await writeXlsx([
      {
        name: words.sheet,
        columns: words.headings.map((heading, i) => ({ heading, kind: KINDS[i] ?? 'text' })),
        rows: sheet,
      },
    ]);
    void reply
      .header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
      .header('content-disposition', 'attachment; filename="progress.xlsx"')
      .header('cache-control', 'no-store');
    return file;
  }
}
