import { Injectable } from '@nestjs/common';
import type { Tx } from '@waymark/platform';

/** What a downstream lib opens to a person: the courses of a map, of an assignment. One statement, please. */
export interface CourseAccess {
  courseIdsFor(tx: Tx, personId: string): Promise<string[]>;
}

@Injectable()
export class CourseAccessRegistry {
  private readonly ports: CourseAccess[] = [];

  register(access: CourseAccess): void {
    this.ports.push(access);
  }

  async courseIdsFor(tx: Tx, personId: string): Promise<Set<string>> {
    const ids = new Set<string>();
    for (const port of this.ports) for (const id of await port.courseIdsFor(tx, personId)) ids.add(id);
    return ids;
  }
}
