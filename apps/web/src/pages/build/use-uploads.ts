import type { Locale } from '@waymark/kernel';
import { onScopeDispose, reactive } from 'vue';
import { ApiError, asApiError, type ErrorParams } from '../../app/errors.js';
import { uploadFile, type UploadedFile } from '../../data/milestone.js';
import type { MediaDoc } from './course-doc.js';

interface Conversion {
  state: 'waiting' | 'running' | 'done' | 'failed';
  done: number;
  total: number;
  fileId: string | null;
  error?: string | null;
}
interface CourseFile extends UploadedFile {
  durationSeconds: number | null;
  pages: number | null;
  conversion: Conversion | null;
}

export interface Upload {
  id: number;
  name: string;
  /** The lesson it is meant for. */
  lesson: string;
  /** The language of captions; null for the film or document itself. */
  captions: Locale | null;
  state: 'sending' | 'converting' | 'failed';
  /** 0..1 */
  share: number;
  secondsLeft: number | null;
  error: ApiError | null;
}

const CAPTIONS = 'text/vtt';
const POLL_MS = 1_500;

async function describe(id: string): Promise<CourseFile> {
  let answer: Response;
  try {
    answer = await fetch(`/api/files/${encodeURIComponent(id)}`, { headers: { 'x-waymark': '1' } });
  } catch {
    throw new ApiError('OFFLINE', navigator.onLine === false ? 'offline' : 'server-not-reached');
  }
  const body = (await answer.json()) as CourseFile & { code?: string; reason?: string; params?: ErrorParams };
  if (!answer.ok) throw new ApiError(body.code ?? 'INTERNAL', body.reason ?? 'unexpected', body.params ?? {});
  return body;
}

const media = (file: CourseFile): MediaDoc => ({
  fileId: file.id,
  url: file.url,
  name: file.name,
  mime: file.mime,
  bytes: file.bytes,
  durationSeconds: file.durationSeconds,
  pages: file.pages,
});

/** Files on their way into lessons. Nothing waits for them: the lesson is filled when its file is there. */
export function useUploads(arrived: (lesson: string, file: MediaDoc, captions: Locale | null) => void) {
  const uploads = reactive<Upload[]>([]);
  let last = 0;
  let gone = false;
  onScopeDispose(() => (gone = true));

  function remove(id: number): void {
    const at = uploads.findIndex((u) => u.id === id);
    if (at >= 0) uploads.splice(at, 1);
  }

  async function send(lesson: string, file: File, captions: Locale | null = null): Promise<void> {
    const id = ++last;
    uploads.push({ id, name: file.name, lesson, captions, state: 'sending', share: 0, secondsLeft: null, error: null });
    const upload = uploads.at(-1) as Upload;
    const began = performance.now();
    try {
      let sent = (await uploadFile('course', file, (share) => {
        upload.share = share;
        const elapsed = (performance.now() - began) / 1000;
        upload.secondsLeft = share > 0.02 && elapsed > 1 ? Math.ceil((elapsed / share) * (1 - share)) : null;
      })) as CourseFile;
      if ((sent.mime === CAPTIONS) !== (captions !== null))
        throw new ApiError('RULE_VIOLATION', captions === null ? 'media-wrong-kind' : 'captions-wrong-kind');
      if (sent.conversion) {
        upload.state = 'converting';
        sent = await converted(sent, upload);
      }
      if (gone) return;
      remove(id);
      arrived(lesson, media(sent), captions);
    } catch (e) {
      upload.state = 'failed';
      upload.error = asApiError(e);
    }
  }

  /** Waits until the slides are pages; a network that comes and goes does not end it. */
  async function converted(file: CourseFile, upload: Upload): Promise<CourseFile> {
    let now = file.conversion;
    while (now && now.state !== 'done') {
      if (now.state === 'failed') throw new ApiError('RULE_VIOLATION', now.error ?? 'convert-failed');
      upload.share = now.total > 0 ? now.done / now.total : 0;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (gone) return file;
      try {
        now = (await describe(file.id)).conversion;
      } catch (e) {
        if (asApiError(e).code !== 'OFFLINE') throw e;
      }
    }
    return now?.fileId ? describe(now.fileId) : file;
  }

  return { uploads, send, dismiss: remove };
}

export type LessonFileKind = 'video' | 'pdf' | 'image' | 'other';
/** What a dropped file becomes: slides and documents turn into pages. */
export function lessonKindOf(file: File): LessonFileKind {
  if (file.type.startsWith('video/') || /\.(mp4|m4v|mov|webm)$/i.test(file.name)) return 'video';
  if (file.type.startsWith('image/')) return 'image';
  if (file.type === 'application/pdf' || /\.(pdf|pptx?|docx?|odp|odt)$/i.test(file.name)) return 'pdf';
  return 'other';
}
export const COURSE_FILES = 'video/mp4,video/webm,video/quicktime,application/pdf,.ppt,.pptx,.doc,.docx,.odp,.odt';
