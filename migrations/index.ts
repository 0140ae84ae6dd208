import type { MigrationInterface } from 'typeorm';
import { Platform0001 } from './0001-platform.js';

/** All migrations in the order they run. New ones go at the end; released ones never change. */
export const migrations: (new () => MigrationInterface)[] = [Platform0001];
