import type { Locale, Text } from '@waymark/kernel';
import {
  AssessmentLoader,
  Assessments,
  AttemptAccessRegistry,
  Questions,
  type AttemptVerdict,
  type HistoryEntry,
} from '@waymark/assessment';
import type { QuestionType } from '@waymark/assessment/rules';
import { SESSION_RESOLVER, type SessionResolver, type Viewer } from '@waymark/platform';
import type { TestServer } from './server.js';

let counter = 0;
const next = (): number => (counter += 1);

export interface TestQuestion {
  code: string;
  type?: QuestionType;
  use?: 'practice' | 'secure';
  tags?: string[];
  difficulty?: number;
  points?: number;
  /** Keys of the right choices, 'true'/'false', or accepted short answers. */
  right?: string[];
  explanation?: string;
  lesson?: string;
  /** The members of the other types, as a file of seeds/demo/questions has them. */
  content?: Record<string, unknown>;
}

const both = (text: string): Text => ({ 'zh-CN': `${text}（中）`, en: text });

/** A bank with published questions; single choice with 'a' right unless said. Returns question ids by code. */
export async function makeQuestions(
  server: TestServer,
  questions: readonly TestQuestion[],
  bank = `bank-${next()}`,
): Promise<Map<string, string>> {
  const loader = server.get(AssessmentLoader);
  await loader.loadAssessmentBanks(
    [
      {
        code: bank,
        title: both(bank),
        questions: questions.map((q) => {
          const type = q.type ?? 'single';
          const right = q.right ?? (type === 'truefalse' ? ['true'] : type === 'short' ? ['price'] : ['a']);
          return {
            code: q.code,
            type,
            use: q.use ?? 'practice',
            tags: q.tags ?? ['product'],
            difficulty: q.difficulty ?? 2,
            points: q.points ?? 1,
            stem: both(`Stem of ${q.code}`),
            ...(type === 'single' || type === 'multiple'
              ? {
                  choices: ['a', 'b', 'c', 'd'].map((key) => ({
                    key,
                    text: both(`${q.code} ${key}`),
                    correct: right.includes(key),
                  })),
                }
              : {}),
            ...(type === 'truefalse' ? { answer: right[0] === 'true' } : {}),
            ...(type === 'short' ? { accepted: { en: right } } : {}),
            explanation: both(q.explanation ?? `Because of ${q.code}`),
            ...(q.lesson ? { lesson: q.lesson } : {}),
            ...q.content,
          };
        }),
      },
    ],
    null,
  );
  return server.db.read((tx) =>
    server.get(Questions).idsByCode(
      tx,
      questions.map((q) => q.code),
    ),
  );
}

export interface TestAssessment {
  code?: string;
  kind?: 'quiz' | 'exam';
  fixed?: string[];
  draws?: { tag: string; count: number }[];
  minutes?: number | null;
  retakes?: number | null;
  passMark?: number;
  show?: 'score-and-topics' | 'marks' | 'all';
  shuffle?: boolean;
}

/** A published quiz or exam. */
export async function makeAssessment(
  server: TestServer,
  overrides: TestAssessment = {},
): Promise<{ id: string; code: string }> {
  const code = overrides.code ?? `assessment-${next()}`;
  const fixed = overrides.fixed ?? [];
  const draws = overrides.draws ?? [];
  await server.get(AssessmentLoader).loadAssessmentExams(
    {
      exams: [
        {
          code,
          kind: overrides.kind ?? 'quiz',
          title: both(code),
          questions: fixed.length + draws.reduce((sum, d) => sum + d.count, 0),
          minutes: overrides.minutes ?? null,
          pass_mark: overrides.passMark ?? 80,
          ...(overrides.retakes === undefined ? {} : { retakes: overrides.retakes }),
          ...(overrides.show ? { show: overrides.show } : {}),
          shuffle: { questions: overrides.shuffle ?? false, choices: overrides.shuffle ?? false },
          fixed,
          blueprint: draws,
        },
      ],
    },
    null,
  );
  const [ref] = await server.db.read((tx) => server.get(Assessments).refs(tx, { codes: [code] }));
  if (!ref) throw new Error(`no assessment ${code}`);
  return { id: ref.id, code };
}

/** What the access port says in tests: everything is allowed until a verdict is set for (person, code). */
export class TestAttemptAccess {
  private readonly verdicts = new Map<string, AttemptVerdict>();
  private otherwise: AttemptVerdict = { allowed: true };

  constructor(server: TestServer) {
    server.get(AttemptAccessRegistry).register({
      mayStart: (_tx, r) => Promise.resolve(this.verdicts.get(`${r.personId} ${r.assessmentCode}`) ?? this.otherwise),
    });
  }

  set(personId: string, assessmentCode: string, verdict: AttemptVerdict): void {
    this.verdicts.set(`${personId} ${assessmentCode}`, verdict);
  }

  denyAll(): void {
    this.otherwise = { allowed: false, visible: false, code: 'not-assigned' };
  }
}

export async function viewerOf(server: TestServer, personId: string, locale: Locale = 'en'): Promise<Viewer> {
  return { ...(await server.get<SessionResolver>(SESSION_RESOLVER).viewerFor(personId)), locale };
}

/** Finished attempts of the past. */
export async function makePastAttempts(server: TestServer, entries: readonly HistoryEntry[]): Promise<string[]> {
  return (await server.get(AssessmentLoader).loadAssessmentHistory(entries)).attemptIds;
}
