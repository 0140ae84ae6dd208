import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** argon2id with OWASP's second recommended setting: 19 MiB, 2 passes, 1 lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

@Injectable()
export class PasswordHashes {
  private nobody: Promise<string> | undefined;

  make(password: string): Promise<string> {
    return hash(password.normalize('NFKC'), OPTIONS);
  }

  /** Takes as long for somebody unknown (null) as for a wrong password. */
  async matches(stored: string | null, password: string): Promise<boolean> {
    this.nobody ??= this.make('nobody has this password');
    const ok = await verify(stored ?? (await this.nobody), password.normalize('NFKC')).catch(() => false);
    return ok && stored !== null;
  }
}
