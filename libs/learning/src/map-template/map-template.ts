import type { Text } from '@waymark/kernel';
import type { DraftNode, DraftStage, Evidence, MapDraft, NodeKind } from '../learning-map/learning-map.js';

/** A map to start from. Courses and exams stay open: each company has its own. */
export interface MapTemplate {
  code: string;
  draft: MapDraft;
}

type Words = readonly [zhCN: string, zhTW: string, en: string];
const say = ([zhCN, zhTW, en]: Words): Text => ({ 'zh-CN': zhCN, 'zh-TW': zhTW, en });

interface NodeSketch {
  key: string;
  kind: NodeKind;
  title: Words;
  due: number;
  minutes: number;
  after?: string[];
  /** Any n of `after`; all without it. */
  need?: number;
  optional?: true;
  body?: Words;
  /** How many entries or hours, or the number to reach. */
  count?: number;
  number?: number;
  unit?: Words;
  instructions?: Words;
}
interface StageSketch {
  key: string;
  title: Words;
  goal: Words;
  days: readonly [from: number, to: number];
  gate: DraftStage['gate'];
  nodes: NodeSketch[];
}

function evidenceOf(n: NodeSketch): Evidence | null {
  if (n.kind !== 'milestone' && n.kind !== 'mentor-meetings') return null;
  return {
    kind: n.count ? 'counter' : n.number ? 'number' : 'text',
    target: n.count ?? n.number ?? null,
    unit: n.unit ? say(n.unit) : {},
    needsText: n.kind === 'milestone' && !n.count,
    minFiles: 0,
    instructions: n.instructions ? say(n.instructions) : {},
  };
}

function template(code: string, title: Words, summary: Words, stages: StageSketch[]): MapTemplate {
  return {
    code,
    draft: {
      title: say(title),
      summary: say(summary),
      days: stages.at(-1)?.days[1] ?? 90,
      workingDays: false,
      capacityHours: 40,
      stages: stages.map((s) => ({
        key: s.key,
        title: say(s.title),
        goal: say(s.goal),
        fromDay: s.days[0],
        toDay: s.days[1],
        gate: s.gate,
      })),
      nodes: stages.flatMap((s) =>
        s.nodes.map((n): DraftNode => ({
          key: n.key,
          stage: s.key,
          kind: n.kind,
          title: say(n.title),
          summary: {},
          body: n.body ? say(n.body) : {},
          required: !n.optional,
          prereqs: n.after ?? [],
          need: n.need ?? 0,
          dueDay: n.due,
          minutes: n.minutes,
          targetCode: null,
          carryMonths: null,
          evidence: evidenceOf(n),
          lane: 0,
        })),
      ),
    },
  };
}

const TIMES: Words = ['次', '次', 'times'];
const PERCENT: Words = ['%', '%', '%'];

const newcomer = template(
  'newcomer-90',
  ['新人 30/60/90 天', '新人 30/60/90 天', 'Newcomer, 30/60/90 days'],
  [
    '第一个月认识公司和产品，第二个月跟着练，第三个月自己做。',
    '第一個月認識公司和產品，第二個月跟著練，第三個月自己做。',
    'A month to know the company and its products, a month to practise, a month to own the work.',
  ],
  [
    {
      key: 'know',
      title: ['认识', '認識', 'Know'],
      goal: [
        '通过新人知识考试，独立讲清核心产品',
        '通過新人知識測驗，獨力講清楚核心產品',
        'Pass the newcomer exam and present the core products unaided',
      ],
      days: [1, 30],
      gate: 'none',
      nodes: [
        {
          key: 'welcome',
          kind: 'reading',
          title: ['写给新同事的一封信', '給新同事的一封信', 'A letter to a new colleague'],
          due: 1,
          minutes: 10,
          body: [
            '欢迎。先认识你的导师，再看这张地图：亮着的就是现在能做的。',
            '歡迎。先認識你的導師，再看這張地圖：亮著的就是現在能做的。',
            'Welcome. Meet your mentor first, then look at this map: what is lit can be done now.',
          ],
        },
        {
          key: 'culture',
          kind: 'course',
          title: ['公司与文化', '公司與文化', 'The company and its culture'],
          due: 5,
          minutes: 120,
          after: ['welcome'],
        },
        {
          key: 'products',
          kind: 'course',
          title: ['产品体系概览', '產品體系總覽', 'Our products at a glance'],
          due: 12,
          minutes: 360,
          after: ['welcome'],
        },
        {
          key: 'process',
          kind: 'course',
          title: ['业务流程基础', '業務流程基礎', 'How we work'],
          due: 15,
          minutes: 300,
          after: ['culture'],
        },
        {
          key: 'departments',
          kind: 'milestone',
          title: ['和各部门聊一聊', '和各部門聊一聊', 'Talk with each department'],
          due: 20,
          minutes: 240,
          after: ['culture'],
          count: 4,
          unit: TIMES,
          instructions: [
            '每次记下谁、聊了什么、下一步找谁。',
            '每次記下誰、聊了什麼、下一步找誰。',
            'Note whom you met, what about, and whom to see next.',
          ],
        },
        {
          key: 'mentor-know',
          kind: 'mentor-meetings',
          title: ['每周和导师一小时', '每週與導師一小時', 'An hour with the mentor each week'],
          due: 28,
          minutes: 240,
          after: ['welcome'],
          count: 4,
          unit: TIMES,
        },
        {
          key: 'newcomer-exam',
          kind: 'exam',
          title: ['新人知识考试', '新人知識測驗', 'Newcomer knowledge exam'],
          due: 28,
          minutes: 40,
          after: ['products', 'process'],
        },
        {
          key: 'present',
          kind: 'milestone',
          title: ['独立讲解核心产品', '獨力講解核心產品', 'Present the core products'],
          due: 30,
          minutes: 60,
          after: ['newcomer-exam'],
          instructions: [
            '讲给导师听，写下他问了什么、你怎么答。',
            '講給導師聽，寫下他問了什麼、你怎麼答。',
            'Present to your mentor; write what was asked and how you answered.',
          ],
        },
      ],
    },
    {
      key: 'practise',
      title: ['实践', '實踐', 'Practise'],
      goal: [
        '独立完成 2–3 份标准方案，参加 5 次客户会议',
        '獨力完成 2–3 份標準方案，參加 5 次客戶會議',
        'Finish two or three standard proposals alone, attend five customer meetings',
      ],
      days: [31, 60],
      gate: 'previous-complete',
      nodes: [
        {
          key: 'communication',
          kind: 'course',
          title: ['沟通技巧', '溝通技巧', 'Communication'],
          due: 38,
          minutes: 300,
        },
        {
          key: 'needs',
          kind: 'course',
          title: ['需求分析', '需求分析', 'Needs analysis'],
          due: 44,
          minutes: 300,
          after: ['communication'],
        },
        {
          key: 'needs-quiz',
          kind: 'quiz',
          title: ['需求分析小测', '需求分析小測驗', 'Needs analysis quiz'],
          due: 46,
          minutes: 15,
          after: ['needs'],
        },
        {
          key: 'customer-meetings',
          kind: 'milestone',
          title: ['参加五次客户会议', '參加五次客戶會議', 'Attend five customer meetings'],
          due: 56,
          minutes: 600,
          count: 5,
          unit: TIMES,
        },
        {
          key: 'proposals',
          kind: 'milestone',
          title: ['两份标准方案', '兩份標準方案', 'Two standard proposals'],
          due: 58,
          minutes: 480,
          after: ['needs-quiz'],
          count: 2,
          unit: ['份', '份', 'proposals'],
        },
        {
          key: 'writing',
          kind: 'course',
          title: ['商务写作', '商務寫作', 'Business writing'],
          due: 58,
          minutes: 120,
          optional: true,
        },
      ],
    },
    {
      key: 'own',
      title: ['独当一面', '獨當一面', 'Own'],
      goal: [
        '个人指标达到 60%，有自己的客户池',
        '個人指標達到 60%，有自己的客戶名單',
        'Reach 60 % of the personal target, with customers of one’s own',
      ],
      days: [61, 90],
      gate: 'previous-complete',
      nodes: [
        {
          key: 'own-customers',
          kind: 'milestone',
          title: ['建立自己的客户池', '建立自己的客戶名單', 'Build an own customer pool'],
          due: 75,
          minutes: 600,
        },
        {
          key: 'mentor-own',
          kind: 'mentor-meetings',
          title: ['和导师复盘', '與導師檢討', 'Review with the mentor'],
          due: 88,
          minutes: 240,
          count: 4,
          unit: TIMES,
        },
        {
          key: 'kpi',
          kind: 'milestone',
          title: ['业绩达到 60%', '業績達到 60%', 'Reach 60 % of the target'],
          due: 88,
          minutes: 60,
          after: ['own-customers'],
          number: 60,
          unit: PERCENT,
        },
        {
          key: 'report',
          kind: 'showcase',
          title: ['项目汇报', '專案匯報', 'Project report'],
          due: 89,
          minutes: 25,
          after: ['kpi'],
          optional: true,
        },
      ],
    },
  ],
);

const roleChange = template(
  'role-change',
  ['转岗 45 天', '轉調 45 天', 'Role change, 45 days'],
  [
    '把会的带过去，把新岗位缺的补上。',
    '把會的帶過去，把新職務缺的補上。',
    'Bring along what you know, fill in what the new role asks for.',
  ],
  [
    {
      key: 'arrive',
      title: ['交接', '交接', 'Arrive'],
      goal: ['交清旧工作，看懂新岗位', '交清舊工作，看懂新職務', 'Hand over the old work, understand the new role'],
      days: [1, 15],
      gate: 'none',
      nodes: [
        {
          key: 'role-card',
          kind: 'reading',
          title: ['新岗位说明', '新職務說明', 'What the new role is'],
          due: 1,
          minutes: 20,
          body: [
            '写下：为谁负责、看什么结果、和谁一起做。',
            '寫下：對誰負責、看什麼結果、和誰一起做。',
            'Who you answer to, which results count, whom you work with.',
          ],
        },
        {
          key: 'hand-over',
          kind: 'milestone',
          title: ['旧工作交接清单', '舊工作交接清單', 'Handover list'],
          due: 7,
          minutes: 180,
        },
        {
          key: 'role-basics',
          kind: 'course',
          title: ['新岗位基础', '新職務基礎', 'Basics of the new role'],
          due: 12,
          minutes: 360,
          after: ['role-card'],
        },
        {
          key: 'partners',
          kind: 'milestone',
          title: ['认识三位协作伙伴', '認識三位協作夥伴', 'Meet three partners'],
          due: 14,
          minutes: 120,
          after: ['role-card'],
          count: 3,
          unit: ['位', '位', 'people'],
        },
      ],
    },
    {
      key: 'bridge',
      title: ['补差', '補差', 'Bridge'],
      goal: ['补上能力差距', '補上能力落差', 'Close the gap'],
      days: [16, 35],
      gate: 'previous-complete',
      nodes: [
        {
          key: 'gap-one',
          kind: 'course',
          title: ['差距课程一', '落差課程一', 'Gap course one'],
          due: 24,
          minutes: 300,
        },
        {
          key: 'gap-two',
          kind: 'course',
          title: ['差距课程二', '落差課程二', 'Gap course two'],
          due: 30,
          minutes: 300,
        },
        {
          key: 'mentor-bridge',
          kind: 'mentor-meetings',
          title: ['和导师三次一小时', '與導師三次一小時', 'Three hours with the mentor'],
          due: 34,
          minutes: 180,
          count: 3,
          unit: TIMES,
        },
        {
          key: 'role-quiz',
          kind: 'quiz',
          title: ['岗位小测', '職務小測驗', 'Role quiz'],
          due: 35,
          minutes: 20,
          after: ['gap-one', 'gap-two'],
          need: 1,
        },
      ],
    },
    {
      key: 'stand',
      title: ['站稳', '站穩', 'Stand'],
      goal: ['独立完成第一件事', '獨力完成第一件事', 'Finish a first piece of work alone'],
      days: [36, 45],
      gate: 'previous-complete',
      nodes: [
        {
          key: 'first-work',
          kind: 'milestone',
          title: ['独立完成的第一件事', '獨力完成的第一件事', 'The first piece of work alone'],
          due: 45,
          minutes: 480,
        },
      ],
    },
  ],
);

const certification = template(
  'certification',
  ['认证准备 30 天', '認證準備 30 天', 'Preparing for a certification, 30 days'],
  [
    '学完、练够、考过，证书随后自动发放。',
    '學完、練夠、考過，證書隨後自動核發。',
    'Learn, practise, pass; the certificate follows by itself.',
  ],
  [
    {
      key: 'learn',
      title: ['学', '學', 'Learn'],
      goal: ['学完考纲里的课程', '學完考綱裡的課程', 'Complete the courses of the syllabus'],
      days: [1, 18],
      gate: 'none',
      nodes: [
        {
          key: 'syllabus',
          kind: 'reading',
          title: ['考纲与要求', '考綱與要求', 'Syllabus and requirements'],
          due: 1,
          minutes: 15,
          body: [
            '80 分合格，可补考两次，证书一年有效。',
            '80 分及格，可補考兩次，證書一年有效。',
            'The pass mark is 80, two retakes, valid for a year.',
          ],
        },
        {
          key: 'course-one',
          kind: 'course',
          title: ['认证课程一', '認證課程一', 'Course one'],
          due: 9,
          minutes: 240,
          after: ['syllabus'],
        },
        {
          key: 'course-two',
          kind: 'course',
          title: ['认证课程二', '認證課程二', 'Course two'],
          due: 16,
          minutes: 240,
          after: ['syllabus'],
        },
        {
          key: 'extra-course',
          kind: 'course',
          title: ['延伸课程', '延伸課程', 'Further course'],
          due: 18,
          minutes: 120,
          after: ['course-one'],
          optional: true,
        },
      ],
    },
    {
      key: 'prove',
      title: ['考', '考', 'Prove'],
      goal: ['通过认证考试', '通過認證考試', 'Pass the certification exam'],
      days: [19, 30],
      gate: 'previous-complete',
      nodes: [
        {
          key: 'mock',
          kind: 'quiz',
          title: ['模拟测验', '模擬測驗', 'Mock quiz'],
          due: 22,
          minutes: 30,
        },
        {
          key: 'practice-log',
          kind: 'milestone',
          title: ['三次实战记录', '三次實戰紀錄', 'Three practice records'],
          due: 26,
          minutes: 180,
          count: 3,
          unit: TIMES,
        },
        {
          key: 'certification-exam',
          kind: 'exam',
          title: ['认证考试', '認證考試', 'Certification exam'],
          due: 30,
          minutes: 60,
          after: ['mock', 'practice-log'],
        },
      ],
    },
  ],
);

export const MAP_TEMPLATES: readonly MapTemplate[] = [newcomer, roleChange, certification];
