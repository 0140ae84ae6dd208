import 'reflect-metadata';
import { runApi } from './api.js';

await runApi();
