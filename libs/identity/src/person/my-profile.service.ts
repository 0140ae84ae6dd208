import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, isValidZone, type Clock } from '@waymark/kernel';
import { CLOCK, execute, maybeOne, type Tx } from '@waymark/platform';
import { PersonFiles } from './person-files.service.js';

export interface MyProfilePatch {
  locale?: string | null;
  zone?: string | null;
  /** '' takes the alias away */
  alias?: string | null;
  boardOptOut?: boolean | null;
  pictureFileId?: string | null;
}

/** What people change about themselves. */
@Injectable()
export class MyProfiles {
  constructor(
    @Inject(PersonFiles) private readonly files: PersonFiles,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async save(tx: Tx, personId: string, patch: MyProfilePatch): Promise<void> {
    if (patch.zone && !isValidZone(patch.zone)) throw new InvalidInput('zone-unknown', { zone: patch.zone });
    if (patch.pictureFileId !== undefined) {
      const before = await maybeOne<{ picture_file_id: string | null }>(
        tx,
        `select picture_file_id from person_profile where person_id = $1 for update`,
        [personId],
      );
      if (patch.pictureFileId !== null && patch.pictureFileId !== before?.picture_file_id) {
        await this.files.attachPicture(tx, personId, patch.pictureFileId);
      }
      if (before?.picture_file_id !== patch.pictureFileId)
        await this.files.remove(tx, [before?.picture_file_id ?? null]);
    }
    await execute(
      tx,
      `update person_profile set locale = coalesce($2, locale), zone = coalesce($3, zone),
         picture_file_id = case when $5 then $4::uuid else picture_file_id end, updated_at = $6 where person_id = $1`,
      [
        personId,
        patch.locale ?? null,
        patch.zone ?? null,
        patch.pictureFileId ?? null,
        patch.pictureFileId !== undefined,
        this.clock.now(),
      ],
    );
    await execute(
      tx,
      `update person set alias = case when $3 then $2 else alias end, board_opt_out = coalesce($4, board_opt_out) where id = $1`,
      [
        personId,
        patch.alias?.trim() || null,
        patch.alias !== undefined && patch.alias !== null,
        patch.boardOptOut ?? null,
      ],
    );
  }
}
