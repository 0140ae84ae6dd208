export * from './file.js';
export * from './file-policies.js';
export { FileStore } from './file-store.js';
export { type Conversion, type FileInfo } from './file.repository.js';
export { Files, type PutFile } from './files.service.js';
export { sha256Of } from './sha256.js';
