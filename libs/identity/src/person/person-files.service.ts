import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { can, FilePolicies, Files, type Tx } from '@waymark/platform';

/** Owner of the company logo's file: there is one company. */
const COMPANY = '00000000-0000-7000-8000-000000000001';

/** Portraits and the company logo. */
@Injectable()
export class PersonFiles implements OnModuleInit {
  constructor(
    @Inject(FilePolicies) private readonly policies: FilePolicies,
    @Inject(Files) private readonly files: Files,
  ) {}

  onModuleInit(): void {
    this.policies.register('picture', {
      kinds: ['image'],
      personal: true,
      office: 'keep',
      mayUpload: (viewer) => viewer.viewAsBy === null,
      // A picture is part of the PersonCard, which everybody who is signed in may see.
      canRead: (_tx, viewer) => Promise.resolve(viewer !== null),
    });
    this.policies.register('logo', {
      kinds: ['image'],
      personal: false,
      office: 'keep',
      mayUpload: (viewer) => can(viewer, 'identity:edit-settings'),
      // Shown on the sign-in page.
      canRead: () => Promise.resolve(true),
    });
  }

  async attachPicture(tx: Tx, personId: string, fileId: string): Promise<void> {
    await this.files.attach(tx, [fileId], { ownerType: 'picture', ownerId: personId }, personId);
  }

  async attachLogo(tx: Tx, fileId: string, actorId: string): Promise<void> {
    await this.files.attach(tx, [fileId], { ownerType: 'logo', ownerId: COMPANY }, actorId);
  }

  async remove(tx: Tx, fileIds: readonly (string | null)[]): Promise<void> {
    await this.files.remove(
      tx,
      fileIds.filter((id) => id !== null),
    );
  }

  async erasePerson(tx: Tx, personId: string): Promise<void> {
    await this.files.erasePerson(tx, personId);
  }
}
