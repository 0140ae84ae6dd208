import 'reflect-metadata';
import { runProcess } from '@waymark/platform/supervised';
import { runApi } from './api.js';

await runProcess(runApi);
