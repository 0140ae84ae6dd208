import { Inject, Injectable } from '@nestjs/common';
import { pickText, type Locale } from '@waymark/kernel';
import type { TableColumn, TableSheet, Tx, Viewer } from '@waymark/platform';
import { Competencies } from '../competency/competency.service.js';
import { PersonCards } from '../person/person-card.service.js';
import type { TalentPart } from './talent-file.js';
import { TalentFiles } from './talent-files.service.js';

type Headings = Record<TalentPart, { sheet: string; columns: string[] }>;

const HEADINGS: Record<Locale, Headings> = {
  'zh-CN': {
    skills: { sheet: '能力', columns: ['维度', '要求', '自评', '评定'] },
    maps: { sheet: '学习地图', columns: ['地图', '开始日', '状态', '已完成', '必修', '逾期'] },
    milestones: { sheet: '里程碑', columns: ['里程碑', '状态', '决定日'] },
    courses: { sheet: '课程', columns: ['课程', '完成日', '学时（分钟）'] },
    results: { sheet: '成绩', columns: ['测验或考试', '次数', '成绩', '通过', '主题'] },
    certificates: { sheet: '证书', columns: ['证书', '编号', '颁发日', '有效期至', '状态'] },
    pairings: { sheet: '师徒', columns: ['对方', '身份', '开始日', '结束日', '已见面', '未见面'] },
  },
  'zh-TW': {
    skills: { sheet: '能力', columns: ['面向', '要求', '自評', '評定'] },
    maps: { sheet: '學習地圖', columns: ['地圖', '開始日', '狀態', '已完成', '必修', '逾期'] },
    milestones: { sheet: '里程碑', columns: ['里程碑', '狀態', '決定日'] },
    courses: { sheet: '課程', columns: ['課程', '完成日', '學時（分鐘）'] },
    results: { sheet: '成績', columns: ['測驗或考試', '次數', '成績', '通過', '主題'] },
    certificates: { sheet: '證書', columns: ['證書', '編號', '頒發日', '有效期至', '狀態'] },
    pairings: { sheet: '師徒', columns: ['對方', '身分', '開始日', '結束日', '已見面', '未見面'] },
  },
  en: {
    skills: { sheet: 'Skills', columns: ['Competency', 'Required', 'Self', 'Assessed'] },
    maps: { sheet: 'Maps', columns: ['Map', 'Started', 'Status', 'Done', 'Required', 'Overdue'] },
    milestones: { sheet: 'Milestones', columns: ['Milestone', 'State', 'Decided'] },
    courses: { sheet: 'Courses', columns: ['Course', 'Completed', 'Training minutes'] },
    results: { sheet: 'Results', columns: ['Quiz or exam', 'Attempts', 'Score', 'Passed', 'Topics'] },
    certificates: { sheet: 'Certificates', columns: ['Certificate', 'Number', 'Issued', 'Valid until', 'State'] },
    pairings: { sheet: 'Mentoring', columns: ['Partner', 'As', 'From', 'To', 'Met', 'Missed'] },
  },
};

const KINDS: Record<TalentPart, TableColumn['kind'][]> = {
  skills: ['text', 'text', 'text', 'text'],
  maps: ['text', 'day', 'text', 'number', 'number', 'number'],
  milestones: ['text', 'text', 'day'],
  courses: ['text', 'day', 'number'],
  results: ['text', 'number', 'number', 'text', 'text'],
  certificates: ['text', 'text', 'day', 'day', 'text'],
  pairings: ['text', 'text', 'day', 'day', 'number', 'number'],
};

/** A talent file as a workbook: a sheet per part that is open to the viewer. */
@Injectable()
export class TalentFileTables {
  constructor(
    @Inject(TalentFiles) private readonly files: TalentFiles,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  async sheets(tx: Tx, viewer: Viewer, personId: string): Promise<TableSheet[]> {
    const file = await this.files.export(tx, viewer, personId, 'xlsx');
    const { locale } = viewer;
    const levels = new Map((await this.competencies.levels(tx)).map((l) => [l.level, pickText(l.name, locale)]));
    const names = new Map((await this.competencies.dimensions(tx)).map((d) => [d.id, pickText(d.name, locale)]));
    const partners = await this.cards.load(tx, file.pairings?.map((p) => p.partnerId) ?? [], locale);
    const level = (n: number | null): string => (n === null ? '' : (levels.get(n) ?? String(n)));
    const yes = { 'zh-CN': '是', 'zh-TW': '是', en: 'yes' }[locale];
    const rows: Record<TalentPart, () => TableSheet['rows']> = {
      skills: () =>
        (file.skills ?? []).map((s) => [
          names.get(s.dimensionId) ?? '',
          level(s.required),
          level(s.self),
          level(s.assessed),
        ]),
      maps: () => (file.maps ?? []).map((m) => [m.title, m.startDay, m.status, m.done, m.total, m.overdue]),
      milestones: () => (file.milestones ?? []).map((m) => [m.title, m.state, m.decidedOn]),
      courses: () => (file.courses ?? []).map((c) => [c.title, c.completedOn, c.minutes]),
      results: () =>
        (file.results ?? []).map((r) => [
          r.title,
          r.attempts,
          r.score,
          r.passed ? yes : '',
          r.topics.map((t) => `${t.title} ${t.score}`).join('; '),
        ]),
      certificates: () => (file.certificates ?? []).map((c) => [c.title, c.number, c.issuedOn, c.expiresOn, c.state]),
      pairings: () =>
        (file.pairings ?? []).map((p) => [
          partners.get(p.partnerId)?.name ?? '',
          p.role,
          p.startDay,
          p.endDay,
          p.held,
          p.missed,
        ]),
    };
    return file.parts.map((part) => {
      const { sheet, columns } = HEADINGS[locale][part];
      return {
        name: sheet,
        columns: columns.map((heading, i) => ({
          heading,
          kind: KINDS[part][i] ?? 'text',
          ...(i === 0 ? { width: 32 } : {}),
        })),
        rows: rows[part](),
      };
    });
  }
}
