import IconAward from '~icons/lucide/award';
import IconBookOpen from '~icons/lucide/book-open';
import IconCalendar from '~icons/lucide/calendar';
import IconClipboardCheck from '~icons/lucide/clipboard-check';
import IconCircleQuestion from '~icons/lucide/circle-question-mark';
import IconCompass from '~icons/lucide/compass';
import IconFileCheck from '~icons/lucide/file-check';
import IconGift from '~icons/lucide/gift';
import IconHandshake from '~icons/lucide/handshake';
import IconHistory from '~icons/lucide/history';
import IconInbox from '~icons/lucide/inbox';
import IconKey from '~icons/lucide/key-round';
import IconLayers from '~icons/lucide/layers';
import IconDashboard from '~icons/lucide/layout-dashboard';
import IconListTodo from '~icons/lucide/list-todo';
import IconMegaphone from '~icons/lucide/megaphone';
import IconGrid from '~icons/lucide/grid-3x3';
import IconRadar from '~icons/lucide/radar';
import IconRoute from '~icons/lucide/route';
import IconScale from '~icons/lucide/scale';
import IconSettings from '~icons/lucide/settings';
import IconActivity from '~icons/lucide/activity';
import IconSun from '~icons/lucide/sun';
import IconTrophy from '~icons/lucide/trophy';
import IconUser from '~icons/lucide/user';
import IconUsers from '~icons/lucide/users';
import { reactive } from 'vue';
import type { Component } from 'vue';
import type { Router } from 'vue-router';
import { canAny, hasRole } from '../app/viewer.js';

export type Workspace = 'learn' | 'mentor' | 'staff';

export interface NavEntry {
  /** Route name; an entry whose route doesn't exist, or isn't open to the person, is left out. */
  name: string;
  /** Message key. */
  label: string;
  icon: Component;
  count?: keyof typeof counts;
  /** Only for who is this to somebody: to others the page would always be empty. */
  role?: 'manager' | 'mentor';
}
export interface NavGroup {
  label: string | null;
  entries: NavEntry[];
}

/** Numbers beside the entries; whoever learns a newer one sets it. */
export const counts = reactive({ reviews: 0, signOffs: 0, grading: 0, orders: 0, notifications: 0 });

const today: NavEntry = { name: 'today', label: 'nav.today', icon: IconSun };
const map: NavEntry = { name: 'map', label: 'nav.map', icon: IconRoute };
const review: NavEntry = { name: 'review', label: 'nav.review', icon: IconLayers, count: 'reviews' };
const explore: NavEntry = { name: 'explore', label: 'nav.explore', icon: IconCompass };
const leaderboard: NavEntry = { name: 'leaderboard', label: 'nav.leaderboard', icon: IconTrophy };
const rewards: NavEntry = { name: 'rewards', label: 'nav.rewards', icon: IconGift };
const me: NavEntry = { name: 'me', label: 'nav.me', icon: IconUser };
const inbox: NavEntry = { name: 'mentor-inbox', label: 'nav.inbox', icon: IconInbox, count: 'signOffs' };
const mentees: NavEntry = { name: 'mentor-mentees', label: 'nav.mentees', icon: IconUsers, role: 'mentor' };
const meetings: NavEntry = { name: 'mentor-meetings', label: 'nav.meetings', icon: IconCalendar, role: 'mentor' };
const team: NavEntry = { name: 'team', label: 'nav.team', icon: IconListTodo, role: 'manager' };

/** The bar of a phone: five at most. */
export const TABS: Record<Workspace, NavEntry[]> = {
  learn: [today, map, review, explore, me],
  mentor: [team, inbox, mentees, meetings, me],
  staff: [],
};

/** The rail of a desk; on a phone the staff workspace shows it as a list. */
export const RAIL: Record<Workspace, NavGroup[]> = {
  learn: [{ label: null, entries: [today, map, review, explore, leaderboard, rewards, me] }],
  mentor: [
    {
      label: null,
      entries: [
        team,
        inbox,
        mentees,
        meetings,
        { name: 'mentor-impact', label: 'nav.impact', icon: IconActivity, role: 'mentor' },
        { name: 'mentor-profile', label: 'nav.mentorProfile', icon: IconUser, role: 'mentor' },
      ],
    },
  ],
  staff: [
    {
      label: null,
      entries: [
        { name: 'staff-dashboard', label: 'nav.dashboard', icon: IconDashboard },
        { name: 'staff-inbox', label: 'nav.inbox', icon: IconInbox },
      ],
    },
    {
      label: 'nav.content',
      entries: [
        { name: 'staff-maps', label: 'nav.maps', icon: IconRoute },
        { name: 'staff-courses', label: 'nav.courses', icon: IconBookOpen },
        { name: 'staff-questions', label: 'nav.questions', icon: IconCircleQuestion },
        { name: 'staff-exams', label: 'nav.exams', icon: IconFileCheck },
        { name: 'staff-certifications', label: 'nav.certifications', icon: IconAward },
        { name: 'staff-competencies', label: 'nav.competencies', icon: IconRadar },
      ],
    },
    {
      label: 'nav.people',
      entries: [
        { name: 'staff-people', label: 'nav.persons', icon: IconUsers },
        { name: 'staff-skills', label: 'nav.skills', icon: IconGrid },
        { name: 'staff-assignments', label: 'nav.assignments', icon: IconListTodo },
        { name: 'staff-grading', label: 'nav.grading', icon: IconClipboardCheck, count: 'grading' },
        { name: 'staff-pairings', label: 'nav.pairings', icon: IconHandshake },
        { name: 'staff-announcements', label: 'nav.announcements', icon: IconMegaphone },
      ],
    },
    {
      label: 'nav.incentives',
      entries: [
        { name: 'staff-rules', label: 'nav.rules', icon: IconScale },
        { name: 'staff-rewards', label: 'nav.store', icon: IconGift, count: 'orders' },
        { name: 'staff-boards', label: 'nav.boards', icon: IconTrophy },
      ],
    },
    {
      label: 'nav.company',
      entries: [
        { name: 'staff-settings', label: 'nav.companySettings', icon: IconSettings },
        { name: 'staff-grants', label: 'nav.grants', icon: IconKey },
        { name: 'staff-audit', label: 'nav.audit', icon: IconHistory },
        { name: 'staff-health', label: 'nav.health', icon: IconActivity },
      ],
    },
  ],
};

/** Whether a page exists and is open to the person who is signed in. */
export function open(router: Router, name: string): boolean {
  if (!router.hasRoute(name)) return false;
  const route = router.getRoutes().find((r) => r.name === name);
  return !route?.meta.anyOf || canAny(route.meta.anyOf);
}

const shown = (router: Router, entry: NavEntry): boolean =>
  open(router, entry.name) && (!entry.role || hasRole(entry.role));

export function rail(router: Router, workspace: Workspace): NavGroup[] {
  return RAIL[workspace]
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => shown(router, entry)) }))
    .filter((group) => group.entries.length > 0);
}
export function tabs(router: Router, workspace: Workspace): NavEntry[] {
  return TABS[workspace].filter((entry) => shown(router, entry));
}

/** Workspaces the person has, with the page each begins at. */
export function workspaces(router: Router): { key: Workspace; label: string; home: string }[] {
  const first = rail(router, 'staff')[0]?.entries[0];
  return [
    { key: 'learn' as const, label: 'nav.asLearner', home: 'today' },
    ...(hasRole('mentor', 'manager') && open(router, 'mentor-inbox')
      ? [{ key: 'mentor' as const, label: 'nav.asMentor', home: hasRole('mentor') ? 'mentor-inbox' : 'team' }]
      : []),
    ...(first ? [{ key: 'staff' as const, label: 'nav.asStaff', home: first.name }] : []),
  ];
}
