import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { seedsDir } from './layout.js';

export interface DemoSignIn {
  employeeNumber: string;
  name: string;
  role: string;
  look: string;
}

interface SignInFile {
  password: string;
  sign_ins: { audience: string; employee_number: string; name: string; look_at: { en: string } }[];
}

/** The demo sign-ins of `seeds/demo/sign-ins.yaml`. */
export async function readSignIns(): Promise<{ password: string; people: DemoSignIn[] }> {
  const file = parse(await readFile(join(seedsDir, 'demo/sign-ins.yaml'), 'utf8')) as SignInFile;
  return {
    password: file.password,
    people: file.sign_ins.map((s) => ({
      employeeNumber: s.employee_number,
      name: s.name,
      role: s.audience,
      look: s.look_at.en,
    })),
  };
}
