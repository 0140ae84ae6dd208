import type { SeedApp } from './app.js';
export async function loadReference(_app: SeedApp): Promise<void> {}
