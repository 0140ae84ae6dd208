import type { SeedApp } from './app.js';
import type { DemoCompany } from './company.js';
export async function loadHistory(_app: SeedApp, _company: DemoCompany, _content: object, _step: <T>(what: string, work: () => Promise<T>) => Promise<T>): Promise<void> {}
