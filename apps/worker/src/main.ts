import 'reflect-metadata';
import { runProcess } from '@waymark/platform/supervised';
import { runWorker } from './worker.js';

await runProcess(runWorker);
