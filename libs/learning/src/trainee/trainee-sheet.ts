import type { Locale } from '@waymark/kernel';
import type { HealthCode, HealthReason, Light } from './trainee-health.js';

type Words = Record<Locale, string>;
const words = (zhCn: string, zhTw: string, en: string): Words => ({ 'zh-CN': zhCn, 'zh-TW': zhTw, en });

/** The progress of people as a sheet: what the dashboard shows, in the reader's language. */
export const SHEET = words('学习进展', '學習進展', 'Progress');
export const COLUMNS: readonly { kind: 'text' | 'number' | 'day'; heading: Words }[] = [
  { kind: 'text', heading: words('姓名', '姓名', 'Name') },
  { kind: 'text', heading: words('部门', '部門', 'Unit') },
  { kind: 'text', heading: words('学习地图', '學習地圖', 'Map') },
  { kind: 'day', heading: words('开始日', '開始日', 'Started') },
  { kind: 'number', heading: words('第几天', '第幾天', 'Day') },
  { kind: 'text', heading: words('阶段', '階段', 'Stage') },
  { kind: 'number', heading: words('已完成', '已完成', 'Done') },
  { kind: 'number', heading: words('必修', '必修', 'Required') },
  { kind: 'number', heading: words('逾期', '逾期', 'Overdue') },
  { kind: 'day', heading: words('下一到期日', '下一到期日', 'Next due') },
  { kind: 'day', heading: words('最近进展', '最近進展', 'Last progress') },
  { kind: 'text', heading: words('状态', '狀態', 'Status') },
  { kind: 'text', heading: words('原因', '原因', 'Reason') },
  { kind: 'text', heading: words('停在', '停在', 'Held by') },
  { kind: 'text', heading: words('导师', '導師', 'Mentor') },
  { kind: 'text', heading: words('地区', '地區', 'Region') },
  { kind: 'text', heading: words('批次', '批次', 'Cohort') },
];

export const LIGHT_WORDS: Record<Light, Words> = {
  'on-track': words('按计划', '按計畫', 'On track'),
  'at-risk': words('落后', '落後', 'At risk'),
  overdue: words('逾期', '逾期', 'Overdue'),
  done: words('已完成', '已完成', 'Completed'),
};
const REASONS: Record<HealthCode, Words> = {
  overdue: words('逾期 {n} 项，最久 {days} 天', '逾期 {n} 項，最久 {days} 天', '{n} overdue, the longest {days} days'),
  'waiting-signoff': words(
    '等签核 {n} 项，已等 {days} 个工作日',
    '等簽核 {n} 項，已等 {days} 個工作天',
    '{n} waiting {days} working days for a sign-off',
  ),
  idle: words('{days} 天没有进展', '{days} 天沒有進展', 'No progress for {days} days'),
  'not-started': words('到第 {days} 天还没开始', '到第 {days} 天還沒開始', 'Not started after {days} days'),
  'no-mentor': words('还没有导师', '還沒有導師', 'Has no mentor'),
  'check-ins': words('缺 {n} 周签到', '缺 {n} 週簽到', '{n} weekly check-ins missing'),
};

/** Why somebody's light is what it is, in one cell. */
export function reasonWords(reasons: readonly HealthReason[], locale: Locale): string {
  return reasons
    .map((r) => REASONS[r.code][locale].replace('{n}', String(r.count ?? 0)).replace('{days}', String(r.days ?? 0)))
    .join(locale === 'en' ? '; ' : '；');
}
export const listComma = (locale: Locale): string => (locale === 'en' ? ', ' : '、');
