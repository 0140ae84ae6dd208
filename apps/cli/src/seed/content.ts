import { join } from 'node:path';
import { AssessmentLoader } from '@waymark/assessment';
import { CourseLoader, readCourseSeeds, type CourseSeed } from '@waymark/catalog';
import { LearningLoader, readMapSeeds, type MapSeed } from '@waymark/learning';
import { parse } from 'yaml';
import { seedsDir } from '../layout.js';
import type { SeedApp } from './app.js';
import { seedFolder, seedYaml } from './files.js';

export interface DemoContent {
  courses: CourseSeed[];
  maps: MapSeed[];
  /** How many questions each exam and quiz asks. */
  itemCounts: Map<string, number>;
}

const TOPICS: Record<string, [string, string, string]> = {
  company: ['公司', 'Company', '公司'],
  product: ['产品知识', 'Products', '產品知識'],
  culture: ['企业文化', 'Culture', '企業文化'],
  process: ['业务流程', 'Process', '業務流程'],
  communication: ['客户沟通', 'Communication', '客戶溝通'],
  'needs-analysis': ['需求分析', 'Needs analysis', '需求分析'],
  solution: ['方案设计', 'Solution design', '方案設計'],
  negotiation: ['谈判', 'Negotiation', '談判'],
  objection: ['异议处理', 'Objections', '異議處理'],
  customer: ['客户管理', 'Customers', '客戶管理'],
  compliance: ['合规', 'Compliance', '合規'],
  innovation: ['创新', 'Innovation', '創新'],
  growth: ['成长', 'Growth', '成長'],
  'sales-numbers': ['销售实务', 'Sales practice', '銷售實務'],
  'sales-writing': ['书面沟通', 'Writing to customers', '書面溝通'],
};

/** Questions, exams, courses and maps. Job roles must be there: maps are assigned to them. */
export async function loadContent(app: SeedApp): Promise<DemoContent> {
  const assessments = app.get(AssessmentLoader);
  await assessments.loadAssessmentTopics(
    Object.entries(TOPICS).map(([code, [zh, en, tw]]) => ({ code, title: { 'zh-CN': zh, en, 'zh-TW': tw } })),
  );
  await assessments.loadAssessmentBanks(
    (await seedFolder('demo/questions', '.yaml')).map((f) => parse(f.text) as unknown),
    null,
  );
  const exams = await seedYaml<{ exams: { code: string; questions: number }[] }>('demo/exams.yaml');
  await assessments.loadAssessmentExams(exams, null);
  const courses = await readCourseSeeds(join(seedsDir, 'demo/courses'));
  await app.get(CourseLoader).load(courses, null);
  const maps = await readMapSeeds(join(seedsDir, 'demo/maps'));
  await app.get(LearningLoader).loadMaps(maps, null);
  return { courses, maps, itemCounts: new Map(exams.exams.map((e) => [e.code, e.questions])) };
}
