import 'reflect-metadata';
import { runWorker } from './worker.js';

await runWorker();
