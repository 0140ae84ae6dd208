import { Injectable } from '@nestjs/common';
import type { Tx } from '@waymark/platform';
import { loadOutlines } from './course.repository.js';
import type { CourseOutline } from './course-outline.js';

const KEPT = 500;

/** The structure of versions. Published ones never change, so they are kept in memory, the least used leave first. */
@Injectable()
export class CourseOutlines {
  private readonly frozen = new Map<string, CourseOutline>();

  async load(tx: Tx, versionIds: readonly string[]): Promise<Map<string, CourseOutline>> {
    const out = new Map<string, CourseOutline>();
    const missing: string[] = [];
    for (const id of new Set(versionIds)) {
      const known = this.frozen.get(id);
      if (known) {
        this.frozen.delete(id);
        this.frozen.set(id, known);
        out.set(id, known);
      } else {
        missing.push(id);
      }
    }
    for (const outline of await loadOutlines(tx, missing)) {
      out.set(outline.versionId, outline);
      if (!outline.published) continue;
      this.frozen.set(outline.versionId, outline);
      const oldest = this.frozen.size > KEPT ? this.frozen.keys().next().value : undefined;
      if (oldest !== undefined) this.frozen.delete(oldest);
    }
    return out;
  }

  async one(tx: Tx, versionId: string): Promise<CourseOutline> {
    const outline = (await this.load(tx, [versionId])).get(versionId);
    if (!outline) throw new Error(`Course version ${versionId} is missing`);
    return outline;
  }
}
