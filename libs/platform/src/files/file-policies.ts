import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@waymark/kernel';
import type { Tx } from '../db/sql.js';
import type { Viewer } from '../security/viewer.js';
import type { FileKind } from './file.js';

export interface FileRef {
  id: string;
  ownerId: string | null;
  kind: FileKind;
  uploadedBy: string | null;
}

/** What a lib says about the files of one of its objects. */
export interface FilePolicy {
  kinds: readonly FileKind[];
  /** Belongs to the person who uploaded it, so erasing the person deletes it. */
  personal: boolean;
  /** Word and PowerPoint: kept for download, or turned into a PDF to be read in the app. */
  office: 'keep' | 'convert';
  mayUpload(viewer: Viewer): boolean;
  /** Asked at every download of an attached file; the viewer is null for somebody who is not signed in. */
  canRead(tx: Tx, viewer: Viewer | null, file: FileRef): Promise<boolean>;
}

/** One policy for each type of owner. A file whose owner type has none can't be uploaded or read. */
@Injectable()
export class FilePolicies {
  private readonly policies = new Map<string, FilePolicy>();

  register(ownerType: string, policy: FilePolicy): void {
    if (this.policies.has(ownerType)) throw new Error(`Two policies for files of ${ownerType}`);
    this.policies.set(ownerType, policy);
  }

  find(ownerType: string): FilePolicy | null {
    return this.policies.get(ownerType) ?? null;
  }

  /** @throws InvalidInput 'owner-type-unknown' */
  of(ownerType: string): FilePolicy {
    const policy = this.policies.get(ownerType);
    if (!policy) throw new InvalidInput('owner-type-unknown');
    return policy;
  }

  personalTypes(): string[] {
    return [...this.policies].filter(([, p]) => p.personal).map(([type]) => type);
  }
}
