import { Global, Module } from '@nestjs/common';
import { SESSION_RESOLVER } from '@waymark/platform';
import { AccessLinks } from './access-token/access-link.service.js';
import { AccessTokenResolver } from './access-token/access-token.resolver.js';
import { AccessTokens } from './access-token/access-token.service.js';
import { Activities } from './activity/activity.service.js';
import { AudienceResolver, AudiencePreviewResolver, AudienceRuleResolver } from './audience/audience.resolver.js';
import { Audiences } from './audience/audience.service.js';
import { AuditLog } from './audit/audit-log.service.js';
import { AuditChangeResolver, AuditResolver } from './audit/audit.resolver.js';
import { Audit } from './audit/audit.service.js';
import { CareerEvidenceRegistry } from './career/career-evidence.registry.js';
import { CareerLadder } from './career/career-ladder.service.js';
import { CareerResolver } from './career/career.resolver.js';
import { CompetencyEditorResolver, CompetencyVersionResolver } from './competency/competency-editor.resolver.js';
import { CompetencyEditor } from './competency/competency-editor.service.js';
import { CompetencyPersonalData } from './competency/competency-personal-data.service.js';
import { CompetencyRatings } from './competency/competency-ratings.service.js';
import { CompetencyRatingResolver, CompetencyResolver } from './competency/competency.resolver.js';
import { SkillExports } from './competency/skill-export.service.js';
import { SkillTableResolver } from './competency/skill-table.resolver.js';
import { SkillTables } from './competency/skill-table.service.js';
import { CareerController } from './career/career.controller.js';
import { JobFamilies } from './job-family/job-families.service.js';
import { JobFamilyResolver } from './job-family/job-family.resolver.js';
import { RoleRequirementResolver } from './job-role/role-requirement.resolver.js';
import { RoleRequirements } from './job-role/role-requirements.service.js';
import { TalentFileRegistry } from './talent-file/talent-file.registry.js';
import { TalentFileTables } from './talent-file/talent-file-tables.service.js';
import { TalentFileResolver, TalentPairingResolver } from './talent-file/talent-file.resolver.js';
import { TalentFiles } from './talent-file/talent-files.service.js';
import { IdentityTitles } from './audit/identity-titles.service.js';
import { Competencies } from './competency/competency.service.js';
import { IdentityReference } from './reference-data.service.js';
import { PersonFiles } from './person/person-files.service.js';
import { Cohorts } from './cohort/cohort.service.js';
import { Settings } from './company/company-settings.service.js';
import { CompanySetups } from './company/company-setup.service.js';
import { CompanyResolver } from './company/company.resolver.js';
import { GrantResolver } from './grant/grant.resolver.js';
import { Grants } from './grant/grant.service.js';
import { Scope } from './grant/scope.service.js';
import { JobRoles } from './job-role/job-role.service.js';
import { OrgUnits } from './org-unit/org-unit.service.js';
import { OrganisationResolver } from './org-unit/organisation.resolver.js';
import { DottedLines } from './person/dotted-lines.service.js';
import { Employments } from './person/employment.service.js';
import { MyProfiles } from './person/my-profile.service.js';
import { MissingThings } from './people-import/missing-things.service.js';
import { PeopleExports } from './people-import/people-export.service.js';
import { PeopleImportResolver } from './people-import/people-import.resolver.js';
import { PeopleImports } from './people-import/people-import.service.js';
import { PeopleController } from './people-import/people.controller.js';
import { PersonData, PersonDataRegistry } from './person/person-data.service.js';
import { PersonCards } from './person/person-card.service.js';
import { PersonDirectory } from './person/person-directory.service.js';
import { PersonUpkeep } from './person/person-upkeep.service.js';
import { PersonFieldsResolver, PersonResolver, PositionFieldsResolver } from './person/person.resolver.js';
import { ErasureLog } from './person/erasure-log.service.js';
import { Persons } from './person/person.service.js';
import { PasswordHashes } from './sign-in/password-hash.service.js';
import { SignInSessions } from './sign-in/sign-in-session.service.js';
import { SignInResolver, ViewerFieldsResolver } from './sign-in/sign-in.resolver.js';
import { SignIn } from './sign-in/sign-in.service.js';
import { SupervisionResolver, TeamMemberResolver } from './supervision/supervision.resolver.js';
import { Supervisions } from './supervision/supervision.service.js';
import { Tags } from './tag/tag.service.js';
import { WorkCalendars } from './work-calendar/work-calendar.service.js';

const services = [
  CareerEvidenceRegistry,
  CareerLadder,
  Competencies,
  CompetencyEditor,
  CompetencyPersonalData,
  CompetencyRatings,
  IdentityReference,
  PersonFiles,
  MissingThings,
  PeopleExports,
  PeopleImports,
  PersonData,
  PersonDataRegistry,
  AccessLinks,
  AccessTokens,
  Activities,
  Audiences,
  Audit,
  AuditLog,
  IdentityTitles,
  Cohorts,
  CompanySetups,
  DottedLines,
  Employments,
  ErasureLog,
  Grants,
  JobFamilies,
  JobRoles,
  MyProfiles,
  OrgUnits,
  PasswordHashes,
  PersonCards,
  PersonDirectory,
  PersonUpkeep,
  Persons,
  RoleRequirements,
  Scope,
  Settings,
  SignIn,
  SignInSessions,
  SkillExports,
  SkillTables,
  Supervisions,
  Tags,
  TalentFileRegistry,
  TalentFileTables,
  TalentFiles,
  WorkCalendars,
];

const resolvers = [
  CareerResolver,
  CompetencyEditorResolver,
  CompetencyRatingResolver,
  CompetencyResolver,
  CompetencyVersionResolver,
  PeopleImportResolver,
  AccessTokenResolver,
  AudiencePreviewResolver,
  AudienceResolver,
  AudienceRuleResolver,
  AuditChangeResolver,
  AuditResolver,
  CompanyResolver,
  GrantResolver,
  JobFamilyResolver,
  OrganisationResolver,
  PersonFieldsResolver,
  PersonResolver,
  PositionFieldsResolver,
  RoleRequirementResolver,
  SignInResolver,
  SkillTableResolver,
  SupervisionResolver,
  TalentFileResolver,
  TalentPairingResolver,
  TeamMemberResolver,
  ViewerFieldsResolver,
];

@Global()
@Module({
  controllers: [CareerController, PeopleController],
  providers: [...services, ...resolvers, { provide: SESSION_RESOLVER, useExisting: SignInSessions }],
  exports: [...services, SESSION_RESOLVER],
})
export class IdentityModule {}
