import { Inject, Injectable } from '@nestjs/common';
import { Realtime } from '@waymark/platform';

export type MapEditKind = 'saved' | 'replaced' | 'discarded' | 'published' | 'here' | 'gone';

/** Something that happened to a draft, or somebody who is at it. Ids only: it travels between processes. */
export interface MapEdit {
  kind: MapEditKind;
  mapId: string;
  personId: string | null;
  /** One browser page: a person may have two open. */
  editorId: string | null;
  revision: number | null;
  /** The node they are at. */
  nodeKey: string | null;
}

const topicOf = (mapId: string): string => `map-draft:${mapId}`;

/**
 * Tells the pages on which a map is open what others do to it. Nothing depends on it: a save carries the revision it
 * saw, whatever was heard.
 */
@Injectable()
export class MapEditing {
  constructor(@Inject(Realtime) private readonly realtime: Realtime) {}

  async tell(mapId: string, edit: Partial<MapEdit> & { kind: MapEditKind }): Promise<void> {
    await this.realtime.publish(topicOf(mapId), {
      mapId,
      personId: null,
      editorId: null,
      revision: null,
      nodeKey: null,
      ...edit,
    });
  }

  listen(mapId: string): AsyncIterableIterator<MapEdit> {
    return this.realtime.subscribe<MapEdit>(topicOf(mapId));
  }
}
