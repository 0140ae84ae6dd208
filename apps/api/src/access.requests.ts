import type { InjectOptions } from 'fastify';

/** The things of the small company that addresses name. */
interface SmallCompany {
  learner: string;
  ids: Record<string, string>;
}

/** Another machine: some routes answer this one more than others. */
export const ELSEWHERE = '192.0.2.7';
/** A picture of one dot. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const PUBLIC_HOST = { host: 'learn.example.com' };

function form(name: string, content: Buffer | string): InjectOptions {
  return {
    method: 'POST',
    payload: Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n--b--\r\n'),
    ]),
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  };
}

/** How each plain route is asked for the learner's things. */
export function requestFor(endpoint: string, c: SmallCompany): InjectOptions | undefined {
  const requests: Record<string, InjectOptions> = {
    'Route.AllowanceController.csv': { url: '/api/mentoring/allowance.csv?month=2026-02' },
    'Route.AllowanceController.xlsx': { url: '/api/mentoring/allowance.xlsx?month=2026-02' },
    'Route.CalendarFeedController.calendar': { url: c.ids['calendar'] as string },
    'Route.CalendarFeedController.calendar under a wrong address': { url: `/api/calendar/${'a'.repeat(22)}.ics` },
    'Route.CareerController.skillTable': { url: '/api/skills.xlsx' },
    'Route.CareerController.talentFile': { url: `/api/talent-files/${c.learner}` },
    'Route.FileController.describe': { url: `/api/files/${c.ids['file']}` },
    'Route.FileController.describe not attached yet': { url: `/api/files/${c.ids['stagedFile']}` },
    'Route.FileController.discard': { method: 'DELETE', url: `/api/files/${c.ids['file']}` },
    'Route.FileController.discard not attached yet': { method: 'DELETE', url: `/api/files/${c.ids['stagedFile']}` },
    'Route.FileController.download': { url: `/files/${c.ids['file']}` },
    'Route.FileController.download of a film': { url: `/files/${c.ids['film']}` },
    'Route.FileController.download of captions': { url: `/files/${c.ids['captions']}` },
    'Route.FileController.download not attached yet': { url: `/files/${c.ids['stagedFile']}` },
    'Route.FileController.upload': {
      url: '/api/files?owner=evidence',
      ...form('evidence.png', DOT),
    },
    'Route.FileController.upload for a course': {
      url: '/api/files?owner=course',
      ...form('lesson.png', DOT),
    },
    'Route.HealthController.live': { url: '/health/live' },
    'Route.HealthController.metrics': { url: '/metrics' },
    'Route.HealthController.metrics on this machine': { url: '/metrics', remoteAddress: '127.0.0.1' },
    'Route.HealthController.ready': { url: '/health/ready' },
    'Route.InterchangeController.export': { url: `/api/question-banks/${c.ids['bank']}/export?format=csv` },
    'Route.InterchangeController.template': { url: '/api/question-import/template.xlsx' },
    'Route.InterchangeController.upload': {
      url: `/api/question-import?bank=${c.ids['bank']}`,
      ...form('questions.txt', 'Is this a question? {TRUE}'),
    },
    'Route.MailboxController.list': { url: '/dev/mail.json', headers: PUBLIC_HOST },
    'Route.MailboxController.list through a proxy on this machine': {
      url: '/dev/mail.json',
      headers: PUBLIC_HOST,
      remoteAddress: '127.0.0.1',
    },
    'Route.MailboxController.page': { url: '/dev/mail', headers: PUBLIC_HOST },
    'Route.MapDocumentController.document': { url: `/api/maps/${c.ids['version']}/en` },
    'Route.MapFileController.file': { url: '/api/map-files/sc-map' },
    'Route.PeopleController.exportMe': { url: '/api/me/export.json' },
    'Route.PeopleController.exportPeople': { url: '/api/people/export.xlsx' },
    'Route.PeopleController.exportPerson': { url: `/api/people/${c.learner}/export.json` },
    'Route.PeopleController.template': { url: '/api/people-import/template.xlsx' },
    'Route.PeopleController.upload': { url: '/api/people-import', ...form('people.csv', '工号,姓名\nSC-NEXT,新人\n') },
    'Route.PerformanceController.upload': {
      url: '/api/mentoring/performance-import?period=2026-02',
      ...form('figures.csv', '工号,绩效\nSC-LEARNER,10\n'),
    },
    'Route.StatisticsController.statistics': { url: `/api/assessments/${c.ids['exam']}/statistics.xlsx` },
    'Route.TraineeExportController.progress': { url: '/api/learning/progress.xlsx?status=all' },
  };
  return requests[endpoint];
}
