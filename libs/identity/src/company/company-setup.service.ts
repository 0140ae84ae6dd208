import { Inject, Injectable } from '@nestjs/common';
import { isValidZone, InvalidInput, RuleViolation, type Locale } from '@waymark/kernel';
import { Db, execute, one, type Tx } from '@waymark/platform';
import { Grants } from '../grant/grant.service.js';
import { OrgUnits } from '../org-unit/org-unit.service.js';
import { Persons } from '../person/person.service.js';
import { SignIn, type SignedIn, type Visitor } from '../sign-in/sign-in.service.js';
import { Settings } from './company-settings.service.js';

export interface CompanySetup {
  companyName: string;
  locale: Locale;
  zone: string;
  employeeNumber: string;
  name: string;
  email: string | null;
  password: string;
}

/** The first minutes of an empty company: its name, its top unit, its first administrator. */
@Injectable()
export class CompanySetups {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(OrgUnits) private readonly orgUnits: OrgUnits,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(Grants) private readonly grants: Grants,
    @Inject(SignIn) private readonly signIn: SignIn,
  ) {}

  async needed(tx: Tx): Promise<boolean> {
    return (await one<{ empty: boolean }>(tx, `select not exists (select 1 from person) as empty`)).empty;
  }

  /** @throws RuleViolation 'company-already-set-up' as soon as anybody exists */
  async setUp(input: CompanySetup, visitor: Visitor): Promise<SignedIn> {
    if (!isValidZone(input.zone)) throw new InvalidInput('zone-unknown', { zone: input.zone });
    return this.db.transaction(async (tx) => {
      await execute(tx, `select pg_advisory_xact_lock(hashtext('identity.company-setup'))`);
      if (!(await this.needed(tx))) throw new RuleViolation('company-already-set-up');
      const { revision } = await this.settings.get(tx);
      await this.settings.save(
        tx,
        revision,
        { name: input.companyName, zone: input.zone, defaultLocale: input.locale },
        null,
      );
      const unit = await this.orgUnits.save(
        tx,
        { code: 'company', kind: 'company', name: { [input.locale]: input.companyName } },
        null,
      );
      const personId = await this.persons.create(
        tx,
        {
          employeeNumber: input.employeeNumber,
          name: input.name,
          email: input.email,
          locale: input.locale,
          hireDate: await this.settings.today(tx),
          orgUnitId: unit.id,
        },
        null,
      );
      await this.grants.grant(tx, { personId, role: 'admin' }, personId);
      await this.grants.grant(tx, { personId, role: 'ld-lead' }, personId);
      await this.signIn.setPassword(tx, personId, input.password);
      return this.signIn.admit(tx, personId, visitor);
    });
  }
}
