import type { RouteRecordRaw } from 'vue-router';
import { canAny } from '../app/viewer.js';
import { buildRoutes } from './build.js';

const areas = ['staff' as const, 'milestone' as const, 'moves' as const, 'onboarding' as const, 'errors' as const];
const mentoring = ['staff' as const, 'mentorship' as const, 'errors' as const];
const mentor = { areas, workspace: 'mentor' as const };
const staff = { areas, workspace: 'staff' as const };
const supervises = ['identity:see-team'];

/** Mentors, managers, L&D and administrators. */
export const staffRoutes: RouteRecordRaw[] = [
  {
    path: '/milestones/:enrolment/:node',
    name: 'milestone',
    component: () => import('../pages/mentor/MilestonePage.vue'),
    meta: { areas: ['milestone', 'onboarding', 'errors'], title: 'milestone.title', entry: 'map', tabs: false },
  },
  {
    path: '/check-in/:enrolment',
    name: 'check-in',
    component: () => import('../pages/onboarding/CheckInPage.vue'),
    meta: { areas: ['onboarding', 'errors'], title: 'onboarding.checkIn.title', entry: 'today', tabs: false },
  },
  {
    path: '/reports/:enrolment',
    name: 'stage-report',
    component: () => import('../pages/onboarding/StageReportPage.vue'),
    meta: { areas, title: 'onboarding.report.title', entry: 'today', tabs: false },
  },
  {
    path: '/mentor',
    name: 'mentor-inbox',
    component: () => import('../pages/mentor/InboxPage.vue'),
    meta: { ...mentor, anyOf: supervises, title: 'nav.inbox' },
  },
  {
    path: '/mentor/sign-offs/:submission',
    name: 'mentor-sign-off',
    component: () => import('../pages/mentor/InboxPage.vue'),
    meta: { ...mentor, anyOf: supervises, title: 'nav.inbox', entry: 'mentor-inbox' },
  },
  {
    path: '/mentor/mentees',
    name: 'mentor-mentees',
    component: () => import('../pages/mentor/MenteesPage.vue'),
    meta: { ...mentor, anyOf: supervises, title: 'nav.mentees' },
  },
  {
    path: '/mentor/mentees/:enrolment',
    name: 'mentor-mentee',
    component: () => import('../pages/mentor/MenteePage.vue'),
    meta: {
      ...mentor,
      areas: [...areas, 'mentorship'],
      anyOf: supervises,
      title: 'nav.mentees',
      entry: 'mentor-mentees',
    },
  },
  {
    path: '/mentor/meetings',
    name: 'mentor-meetings',
    component: () => import('../pages/mentor/MeetingsPage.vue'),
    meta: { ...mentor, areas: mentoring, anyOf: supervises, title: 'nav.meetings' },
  },
  {
    path: '/mentor/profile',
    name: 'mentor-profile',
    component: () => import('../pages/mentor/ProfilePage.vue'),
    meta: { ...mentor, areas: mentoring, title: 'mentorship.profile.title', entry: 'mentor-meetings' },
  },
  {
    path: '/mentor/impact',
    name: 'mentor-impact',
    component: () => import('../pages/mentor/ImpactPage.vue'),
    meta: { ...mentor, areas: mentoring, title: 'mentorship.impact.title', entry: 'mentor-meetings' },
  },
  {
    path: '/people/:id/growth',
    name: 'person-growth',
    component: () => import('../pages/career/PersonGrowthPage.vue'),
    meta: {
      areas: ['career', 'errors'],
      title: 'career.growth',
      anyOf: ['identity:see-competencies'],
      tabs: false,
    },
  },
  {
    path: '/staff/people/:id/growth',
    name: 'staff-person-growth',
    component: () => import('../pages/career/PersonGrowthPage.vue'),
    meta: { ...staff, areas: [...areas, 'career'], title: 'career.growth', anyOf: ['identity:see-competencies'] },
  },
  {
    path: '/team',
    name: 'team',
    component: () => import('../pages/staff/TeamPage.vue'),
    meta: { ...mentor, anyOf: supervises, title: 'nav.team' },
  },

  {
    path: '/staff',
    name: 'staff-home',
    component: () => import('../pages/staff/HomePage.vue'),
    meta: { ...staff, title: 'nav.asStaff' },
  },
  {
    path: '/staff/dashboard',
    name: 'staff-dashboard',
    component: () => import('../pages/staff/DashboardPage.vue'),
    meta: { ...staff, anyOf: ['learning:progress'], title: 'nav.dashboard' },
  },
  {
    path: '/staff/inbox',
    name: 'staff-inbox',
    component: () => import('../pages/staff/OverduePage.vue'),
    meta: { ...staff, anyOf: ['learning:progress'], title: 'nav.inbox' },
  },
  {
    path: '/staff/people',
    name: 'staff-people',
    component: () => import('../pages/staff/PeoplePage.vue'),
    meta: { ...staff, anyOf: ['identity:see-people'], title: 'nav.persons' },
  },
  {
    path: '/staff/people/import',
    name: 'staff-imports',
    component: () => import('../pages/staff/ImportsPage.vue'),
    meta: { ...staff, anyOf: ['identity:import-people'], title: 'imports.title', entry: 'staff-people' },
  },
  {
    path: '/staff/people/import/:id',
    name: 'staff-import',
    component: () => import('../pages/staff/ImportPage.vue'),
    meta: { ...staff, anyOf: ['identity:import-people'], title: 'imports.title', entry: 'staff-people' },
  },
  {
    path: '/staff/people/codes',
    name: 'staff-codes',
    component: () => import('../pages/staff/CodesPage.vue'),
    meta: { ...staff, anyOf: ['identity:invite-people'], title: 'people.codes', entry: 'staff-people' },
  },
  {
    path: '/staff/people/org',
    name: 'staff-org',
    component: () => import('../pages/staff/OrgPage.vue'),
    meta: { ...staff, anyOf: ['identity:edit-org'], title: 'org.title', entry: 'staff-people' },
  },
  {
    path: '/staff/skills',
    name: 'staff-skills',
    component: () => import('../pages/career/SkillsPage.vue'),
    meta: { ...staff, areas: [...areas, 'career' as const], anyOf: ['identity:see-skills'], title: 'nav.skills' },
  },
  {
    path: '/staff/people/:id',
    name: 'staff-person',
    component: () => import('../pages/staff/PersonPage.vue'),
    meta: { ...staff, anyOf: ['identity:see-people'], title: 'nav.persons', entry: 'staff-people' },
  },
  {
    path: '/staff/assignments',
    name: 'staff-assignments',
    component: () => import('../pages/staff/AssignmentsPage.vue'),
    meta: { ...staff, anyOf: ['learning:assign'], title: 'nav.assignments' },
  },
  {
    path: '/staff/assignments/:id',
    name: 'staff-assignment',
    component: () => import('../pages/staff/AssignmentPage.vue'),
    meta: { ...staff, anyOf: ['learning:assign'], title: 'nav.assignments', entry: 'staff-assignments' },
  },
  {
    path: '/staff/audiences',
    name: 'staff-audiences',
    component: () => import('../pages/staff/AudiencesPage.vue'),
    meta: { ...staff, anyOf: ['identity:see-audiences'], title: 'audiences.title', entry: 'staff-assignments' },
  },
  {
    path: '/staff/pairings',
    name: 'staff-pairings',
    component: () => import('../pages/staff/PairingsPage.vue'),
    meta: { ...staff, areas: mentoring, anyOf: ['mentoring:pairings'], title: 'nav.pairings' },
  },
  {
    path: '/staff/pairings/matching',
    name: 'staff-matchings',
    component: () => import('../pages/staff/MatchingsPage.vue'),
    meta: {
      ...staff,
      areas: mentoring,
      anyOf: ['mentoring:pair'],
      title: 'mentorship.match.title',
      entry: 'staff-pairings',
    },
  },
  {
    path: '/staff/pairings/matching/:id',
    name: 'staff-matching',
    component: () => import('../pages/staff/MatchingPage.vue'),
    meta: {
      ...staff,
      areas: mentoring,
      anyOf: ['mentoring:pair'],
      title: 'mentorship.match.title',
      entry: 'staff-pairings',
    },
  },
  {
    path: '/staff/pairings/mentors',
    name: 'staff-mentors',
    component: () => import('../pages/staff/MentorsPage.vue'),
    meta: {
      ...staff,
      areas: mentoring,
      anyOf: ['mentoring:performance'],
      title: 'mentorship.mentors.title',
      entry: 'staff-pairings',
    },
  },
  {
    path: '/staff/pairings/agenda',
    name: 'staff-agenda',
    component: () => import('../pages/staff/AgendaPage.vue'),
    meta: {
      ...staff,
      areas: mentoring,
      anyOf: ['mentoring:pair'],
      title: 'mentorship.agenda.title',
      entry: 'staff-pairings',
    },
  },
  {
    path: '/staff/pairings/allowance',
    name: 'staff-allowance',
    component: () => import('../pages/staff/AllowancePage.vue'),
    meta: {
      ...staff,
      areas: mentoring,
      anyOf: ['mentoring:allowance'],
      title: 'mentorship.allowance.title',
      entry: 'staff-pairings',
    },
  },
  {
    path: '/staff/pairings/:id',
    name: 'staff-pairing',
    component: () => import('../pages/staff/PairingPage.vue'),
    meta: {
      ...staff,
      areas: mentoring,
      anyOf: ['mentoring:pairings'],
      title: 'mentorship.pairing.title',
      entry: 'staff-pairings',
    },
  },
  {
    path: '/staff/announcements',
    name: 'staff-announcements',
    component: () => import('../pages/staff/AnnouncementsPage.vue'),
    meta: { ...staff, anyOf: ['notifications:announce'], title: 'nav.announcements' },
  },
  {
    path: '/staff/rules',
    name: 'staff-rules',
    component: () => import('../pages/staff/RulesPage.vue'),
    meta: { ...staff, anyOf: ['rewards:see-rules'], title: 'nav.rules' },
  },
  {
    // Where the notice of an order leads: L&D to the store, a manager to the team page.
    path: '/orders',
    name: 'orders',
    component: () => import('../pages/staff/RewardsPage.vue'),
    beforeEnter: () => ({ name: canAny(['rewards:fulfil-orders', 'rewards:see-store']) ? 'staff-rewards' : 'team' }),
    meta: { ...staff, anyOf: ['rewards:handle-orders'], title: 'nav.store' },
  },
  {
    path: '/staff/rewards',
    name: 'staff-rewards',
    component: () => import('../pages/staff/RewardsPage.vue'),
    meta: { ...staff, anyOf: ['rewards:fulfil-orders', 'rewards:see-store'], title: 'nav.store' },
  },
  {
    path: '/staff/boards',
    name: 'staff-boards',
    component: () => import('../pages/staff/BoardsPage.vue'),
    meta: { ...staff, anyOf: ['rewards:read-stats'], title: 'nav.boards' },
  },
  {
    path: '/staff/certifications',
    name: 'staff-certifications',
    component: () => import('../pages/staff/CertificationsPage.vue'),
    meta: { ...staff, anyOf: ['certification:see'], title: 'nav.certifications' },
  },

  {
    path: '/staff/settings',
    name: 'staff-settings',
    component: () => import('../pages/admin/SettingsPage.vue'),
    meta: { ...staff, anyOf: ['identity:see-settings'], title: 'nav.companySettings' },
  },
  {
    path: '/staff/grants',
    name: 'staff-grants',
    component: () => import('../pages/admin/GrantsPage.vue'),
    meta: { ...staff, anyOf: ['identity:see-grants'], title: 'nav.grants' },
  },
  {
    path: '/staff/audit',
    name: 'staff-audit',
    component: () => import('../pages/admin/AuditPage.vue'),
    meta: { ...staff, areas: [...areas, 'audit'], anyOf: ['identity:see-audit'], title: 'nav.audit' },
  },
  {
    path: '/staff/health',
    name: 'staff-health',
    component: () => import('../pages/admin/HealthPage.vue'),
    meta: { ...staff, anyOf: ['identity:edit-settings'], title: 'nav.health' },
  },
  ...buildRoutes,
];
