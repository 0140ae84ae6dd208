import { isLocalDay, type Locale } from '@waymark/kernel';
import type { NotificationKind, NotificationParams } from './notification-kind.js';

export interface WordsInput {
  kind: NotificationKind;
  params: NotificationParams;
  count: number;
  /** Whom it is about, in the reader's language. */
  person: string | null;
  /** What it is about. */
  title: string | null;
  /** The reason somebody gave. */
  note?: string | null;
}

/** One line for a mail; in the app the web words it. `{person}`, `{title}`, `{count}` and parameters are filled in. */
const LINES: Record<NotificationKind, Record<Locale, string>> = {
  'milestone-waiting': {
    'zh-CN': '{person} 的“{title}”等待你签核',
    'zh-TW': '{person} 的「{title}」等待你簽核',
    en: '{person} waits for your sign-off of “{title}”',
  },
  'milestone-reminder': {
    'zh-CN': '{person} 的“{title}”已等待签核 {days} 个工作日',
    'zh-TW': '{person} 的「{title}」已等待簽核 {days} 個工作日',
    en: '{person} has waited {days} working days for your sign-off of “{title}”',
  },
  'milestone-signed': { 'zh-CN': '“{title}”已获签核', 'zh-TW': '「{title}」已獲簽核', en: '“{title}” is signed off' },
  'milestone-returned': {
    'zh-CN': '“{title}”被退回，附有意见',
    'zh-TW': '「{title}」被退回，附有意見',
    en: '“{title}” came back with a comment',
  },
  'node-due': {
    'zh-CN': '有 {count} 项学习到期：{title}',
    'zh-TW': '有 {count} 項學習到期：{title}',
    en: '{count} due: {title}',
  },
  'staff-nudge': {
    'zh-CN': '学习发展部提醒你完成：{title}',
    'zh-TW': '學習發展部提醒你完成：{title}',
    en: 'L&D reminds you: {title}',
  },
  'mentee-due': {
    'zh-CN': '{person} 有 {count} 项学习到期',
    'zh-TW': '{person} 有 {count} 項學習到期',
    en: '{person} has {count} due',
  },
  'overdue-escalated': {
    'zh-CN': '有 {count} 人的学习已逾期一周',
    'zh-TW': '有 {count} 人的學習已逾期一週',
    en: '{count} people are a week overdue',
  },
  'check-in-help': {
    'zh-CN': '{person} 在本周签到中希望得到你的帮助',
    'zh-TW': '{person} 在本週簽到中希望得到你的協助',
    en: '{person} asks for your help in the weekly check-in',
  },
  'assignment-given': {
    'zh-CN': '你有一项新的学习任务：{title}',
    'zh-TW': '你有一項新的學習任務：{title}',
    en: 'A new assignment for you: {title}',
  },
  'enrolment-created': {
    'zh-CN': '你的学习地图已经打开：{title}',
    'zh-TW': '你的學習地圖已經打開：{title}',
    en: 'Your learning map is open: {title}',
  },
  'exam-result': {
    'zh-CN': '“{title}”的成绩出来了',
    'zh-TW': '「{title}」的成績出來了',
    en: 'Your result of “{title}” is out',
  },
  'result-regraded': {
    'zh-CN': '“{title}”有一道题的答案更正了，你的成绩重新计算过',
    'zh-TW': '「{title}」有一題的答案更正了，你的成績重新計算過',
    en: 'A wrong key in “{title}” was corrected: your score was worked out again',
  },
  'reviews-due': {
    'zh-CN': '有 {count} 张卡片等你复习',
    'zh-TW': '有 {count} 張卡片等你複習',
    en: '{count} cards wait for review',
  },
  'badge-awarded': {
    'zh-CN': '获得徽章“{title}”',
    'zh-TW': '獲得徽章「{title}」',
    en: 'You earned the badge “{title}”',
  },
  'level-reached': { 'zh-CN': '升到第 {level} 级', 'zh-TW': '升到第 {level} 級', en: 'You reached level {level}' },
  'points-expiring': {
    'zh-CN': '{points} 分将于 {on} 到期，到期前可以兑换',
    'zh-TW': '{points} 點將於 {on} 到期，到期前可以兌換',
    en: '{points} points expire on {on}; you can spend them before',
  },
  'redemption-waiting': {
    'zh-CN': '{person} 想兑换“{title}”，等你决定',
    'zh-TW': '{person} 想兌換「{title}」，等你決定',
    en: '{person} would like “{title}”: please decide',
  },
  'redemption-approved': {
    'zh-CN': '“{title}”的兑换已批准',
    'zh-TW': '「{title}」的兌換已核准',
    en: 'Your order of “{title}” is approved',
  },
  'redemption-rejected': {
    'zh-CN': '“{title}”的兑换未获批准，积分已退回',
    'zh-TW': '「{title}」的兌換未獲核准，積分已退回',
    en: 'Your order of “{title}” was declined; the points are back',
  },
  'redemption-fulfilled': { 'zh-CN': '“{title}”已发放', 'zh-TW': '「{title}」已發放', en: '“{title}” is yours' },
  'redemption-cancelled': {
    'zh-CN': '“{title}”的兑换已取消，积分已退回',
    'zh-TW': '「{title}」的兌換已取消，積分已退回',
    en: 'Your order of “{title}” was cancelled; the points are back',
  },
  'certificate-issued': {
    'zh-CN': '取得认证：{title}',
    'zh-TW': '取得認證：{title}',
    en: 'Certificate earned: {title}',
  },
  'certificate-expiring': {
    'zh-CN': '“{title}”还有 {days} 天到期',
    'zh-TW': '「{title}」還有 {days} 天到期',
    en: '“{title}” expires in {days} days',
  },
  'certificate-lapsed': { 'zh-CN': '“{title}”已过期', 'zh-TW': '「{title}」已過期', en: '“{title}” has lapsed' },
  'pairing-started': {
    'zh-CN': '你和 {person} 结成师徒',
    'zh-TW': '你和 {person} 結成師徒',
    en: 'You are paired with {person}',
  },
  'meeting-missed': {
    'zh-CN': '与 {person} 的会面未进行',
    'zh-TW': '與 {person} 的會面未進行',
    en: 'A meeting with {person} was missed',
  },
  'node-waived': {
    'zh-CN': '{person}免去了你的“{title}”：{note}',
    'zh-TW': '{person}免去了你的「{title}」：{note}',
    en: '{person} let you off “{title}”: {note}',
  },
  'node-unwaived': {
    'zh-CN': '“{title}”仍需完成：{note}',
    'zh-TW': '「{title}」仍需完成：{note}',
    en: '“{title}” is to be done after all: {note}',
  },
  'due-extended': {
    'zh-CN': '{person}把“{title}”的期限延到{dueOn}：{note}',
    'zh-TW': '{person}把「{title}」的期限延到{dueOn}：{note}',
    en: '{person} gave you until {dueOn} for “{title}”: {note}',
  },
  'due-days-extended': {
    'zh-CN': '{person}给了你更多时间，{count} 项学习的期限最晚延到{dueOn}：{note}',
    'zh-TW': '{person}給了你更多時間，{count} 項學習的期限最晚延到{dueOn}：{note}',
    en: '{person} gave you more time for {count}, the last until {dueOn}: {note}',
  },
  'extension-ended': {
    'zh-CN': '“{title}”恢复原定期限{dueOn}：{note}',
    'zh-TW': '「{title}」恢復原定期限{dueOn}：{note}',
    en: '“{title}” is due on {dueOn} again: {note}',
  },
  'map-moved': {
    'zh-CN': '你的学习地图“{title}”有了新版本：{kept} 项已完成的保留，新增 {fresh} 项，取消 {dropped} 项',
    'zh-TW': '你的學習地圖「{title}」有了新版本：{kept} 項已完成的保留，新增 {fresh} 項，取消 {dropped} 項',
    en: 'Your map “{title}” has a new version: {kept} done and kept, {fresh} new, {dropped} dropped',
  },
  'leave-recorded': {
    'zh-CN': '已登记你 {fromDay}至{toDay}离岗，{moved} 项期限顺延',
    'zh-TW': '已登記你 {fromDay}至{toDay}不在，{moved} 項期限順延',
    en: 'You are away from {fromDay} to {toDay}; {moved} due days moved',
  },
  'leave-cancelled': {
    'zh-CN': '你 {fromDay}至{toDay}的离岗已取消，{moved} 项期限恢复',
    'zh-TW': '你 {fromDay}至{toDay}的不在已取消，{moved} 項期限恢復',
    en: 'Your absence from {fromDay} to {toDay} was cancelled; {moved} due days moved back',
  },
  'pairing-ended': {
    'zh-CN': '你和 {person} 的师徒结对已结束',
    'zh-TW': '你和 {person} 的師徒結對已結束',
    en: 'Your time with {person} as mentor has ended',
  },
  'mentor-changed': {
    'zh-CN': '你的导师现在是 {person}',
    'zh-TW': '你的導師現在是 {person}',
    en: 'Your mentor is now {person}',
  },
  'mentee-handed-over': {
    'zh-CN': '{person} 已交给另一位导师',
    'zh-TW': '{person} 已交給另一位導師',
    en: '{person} now has another mentor',
  },
  'co-mentor-added': {
    'zh-CN': '{person} 成为你的另一位导师',
    'zh-TW': '{person} 成為你的另一位導師',
    en: '{person} now mentors you, too',
  },
  'mentor-substituted': {
    'zh-CN': '{fromDay}至{toDay}由{person}暂代你的导师',
    'zh-TW': '{fromDay}至{toDay}由{person}暫代你的導師',
    en: '{person} stands in for your mentor from {fromDay} to {toDay}',
  },
  'standing-in': {
    'zh-CN': '{fromDay}至{toDay}请你暂代 {person} 的导师',
    'zh-TW': '{fromDay}至{toDay}請你暫代 {person} 的導師',
    en: 'You stand in as mentor of {person} from {fromDay} to {toDay}',
  },
  'mentor-back': {
    'zh-CN': '你的导师 {person} 在岗，不再由他人暂代',
    'zh-TW': '你的導師 {person} 已在，不再由他人暫代',
    en: 'Your mentor {person} is here; nobody stands in any more',
  },
  'standing-in-ended': {
    'zh-CN': '你不再暂代 {person} 的导师',
    'zh-TW': '你不再暫代 {person} 的導師',
    en: 'You no longer stand in as mentor of {person}',
  },
  announcement: { 'zh-CN': '公告：{title}', 'zh-TW': '公告：{title}', en: 'Announcement: {title}' },
};

const SOMEBODY: Record<Locale, string> = { 'zh-CN': '同事', 'zh-TW': '同事', en: 'A colleague' };

export function lineOf(n: WordsInput, locale: Locale): string {
  const values: Record<string, unknown> = {
    ...n.params,
    count: n.count,
    person: n.person ?? SOMEBODY[locale],
    title: n.title ?? '',
    note: n.note ?? '',
  };
  return LINES[n.kind][locale]
    .replace(/\{(\w+)\}/g, (_, key: string) => worded(values[key], locale))
    .replace(/“”|「」/g, '')
    .replace(/[:：]\s*$/, '')
    .trim();
}

/** Days are written as the reader's language does. */
function worded(value: unknown, locale: Locale): string {
  if (typeof value !== 'string' || !isLocalDay(value)) return String(value ?? '');
  return new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric', timeZone: 'UTC' }).format(new Date(value));
}
