import type { SeedApp } from './app.js';
import { seedFolder, seedYaml } from './files.js';
import { parse } from 'yaml';
import { AssessmentLoader } from '@waymark/assessment';
export async function loadContent(app: SeedApp): Promise<object> {
  const loader = app.get(AssessmentLoader);
  const banks = (await seedFolder('demo/questions', '.yaml')).map((f) => parse(f.text) as unknown);
  await loader.loadAssessmentBanks(banks, null);
  await loader.loadAssessmentExams(await seedYaml('demo/exams.yaml'), null);
  return {};
}
