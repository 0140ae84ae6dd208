import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Unauthenticated, type LocalDay, type Locale } from '@waymark/kernel';
import {
  Allow,
  AllowWhileViewingAs,
  Ctx,
  CurrentViewer,
  Db,
  Jobs,
  LocalDayScalar,
  MaybeViewer,
  Public,
  SESSION_COOKIE,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import { sendAccessLink } from '../access-token/access-token.jobs.js';
import { AccessTokens } from '../access-token/access-token.service.js';
import { Audit } from '../audit/audit.service.js';
import { CompanySetups } from '../company/company-setup.service.js';
import { SetupStateModel } from '../company/company.model.js';
import { Scope } from '../grant/scope.service.js';
import { jobRoleLoader, JobRoleModel } from '../job-role/job-role.model.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { orgUnitLoader, OrgUnitModel } from '../org-unit/org-unit.model.js';
import { OrgUnits } from '../org-unit/org-unit.service.js';
import { MyProfiles } from '../person/my-profile.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { displayName } from '../person/person-name.js';
import { PersonCards } from '../person/person-card.service.js';
import { PersonDirectory, type PersonRecord } from '../person/person-directory.service.js';
import { personLoader } from '../person/person.loaders.js';
import { readerLocale } from '../reader-locale.js';
import { Supervisions } from '../supervision/supervision.service.js';
import { setSignInCookies, visitorOf } from './sign-in.cookies.js';
import {
  ChangePasswordInputModel,
  MyProfileInputModel,
  RedeemActivationCodeInputModel,
  RedeemTokenInputModel,
  SetUpCompanyInputModel,
  SignInInputModel,
} from './sign-in.inputs.js';
import { SignIn, type SignedIn } from './sign-in.service.js';
import { asLearner, SignInSessions } from './sign-in-session.service.js';
import { checkViewAs } from './view-as.policy.js';
import { AccessTokenInfoModel, SignInSessionModel, toViewerModel, ViewerModel } from './viewer.model.js';

@Resolver(() => ViewerModel)
export class SignInResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(SignIn) private readonly signIns: SignIn,
    @Inject(SignInSessions) private readonly sessions: SignInSessions,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(CompanySetups) private readonly setups: CompanySetups,
    @Inject(MyProfiles) private readonly profiles: MyProfiles,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  @Query(() => ViewerModel, { nullable: true })
  @Public()
  viewer(@MaybeViewer() viewer: Viewer | null): ViewerModel | null {
    return viewer ? toViewerModel(viewer) : null;
  }

  @Query(() => SetupStateModel)
  @Public()
  async setupState(): Promise<SetupStateModel> {
    return { needed: await this.db.read((tx) => this.setups.needed(tx)) };
  }

  @Query(() => AccessTokenInfoModel, { nullable: true })
  @Public()
  async accessToken(@Args('token') token: string): Promise<AccessTokenInfoModel | null> {
    return this.db.read((tx) => this.tokens.describe(tx, token));
  }

  @Query(() => [SignInSessionModel])
  @Allow('signed-in')
  async mySessions(@CurrentViewer() viewer: Viewer): Promise<SignInSessionModel[]> {
    if (viewer.viewAsBy) return [];
    const list = await this.db.read((tx) => this.sessions.list(tx, viewer.personId));
    return list.map((s) => ({ ...s, current: s.id === viewer.sessionId }));
  }

  @Mutation(() => ViewerModel)
  @Public()
  async setUpCompany(@Args('input') input: SetUpCompanyInputModel, @Ctx() ctx: GqlContext): Promise<ViewerModel> {
    const signedIn = await this.setups.setUp(
      { ...input, locale: input.locale as Locale, email: input.email ?? null },
      visitorOf(ctx),
    );
    return this.welcome(ctx, signedIn);
  }

  @Mutation(() => ViewerModel)
  @Public()
  async signIn(@Args('input') input: SignInInputModel, @Ctx() ctx: GqlContext): Promise<ViewerModel> {
    return this.welcome(ctx, await this.signIns.signIn(input.identifier, input.password, visitorOf(ctx)));
  }

  @Mutation(() => ViewerModel)
  @Public()
  async redeemToken(@Args('input') input: RedeemTokenInputModel, @Ctx() ctx: GqlContext): Promise<ViewerModel> {
    return this.welcome(ctx, await this.tokens.redeemLink(input.token, input.password, visitorOf(ctx)));
  }

  @Mutation(() => ViewerModel)
  @Public()
  async redeemActivationCode(
    @Args('input') input: RedeemActivationCodeInputModel,
    @Ctx() ctx: GqlContext,
  ): Promise<ViewerModel> {
    return this.welcome(
      ctx,
      await this.tokens.redeemCode(input.employeeNumber, input.code, input.password, visitorOf(ctx)),
    );
  }

  @Mutation(() => Boolean)
  @Public()
  async requestPasswordReset(@Args('identifier') identifier: string, @Ctx() ctx: GqlContext): Promise<boolean> {
    // The same work for a name nobody has, so that the time taken tells nothing.
    const personId = await this.signIns.findForReset(identifier, ctx.ip);
    await this.jobs.enqueue(sendAccessLink, { personId, kind: 'reset', actorId: null });
    return true;
  }

  @Mutation(() => Boolean)
  @Allow('signed-in')
  @AllowWhileViewingAs()
  async signOut(@CurrentViewer() viewer: Viewer, @Ctx() ctx: GqlContext): Promise<boolean> {
    await this.db.transaction((tx) => this.sessions.end(tx, viewer.viewAsBy ?? viewer.personId, viewer.sessionId));
    ctx.clearCookie(SESSION_COOKIE);
    return true;
  }

  @Mutation(() => Boolean)
  @Allow('signed-in')
  async signOutSession(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    return this.db.transaction((tx) => this.sessions.end(tx, viewer.personId, id));
  }

  @Mutation(() => Int)
  @Allow('signed-in')
  async signOutEverywhere(@CurrentViewer() viewer: Viewer): Promise<number> {
    return this.db.transaction((tx) => this.sessions.endAll(tx, viewer.personId, viewer.sessionId));
  }

  @Mutation(() => Boolean)
  @Allow('signed-in')
  async changePassword(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: ChangePasswordInputModel,
  ): Promise<boolean> {
    await this.signIns.changePassword(viewer.personId, viewer.sessionId, input.current, input.next);
    return true;
  }

  @Mutation(() => ViewerModel)
  @Allow('signed-in')
  async updateMyProfile(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: MyProfileInputModel,
  ): Promise<ViewerModel> {
    await this.db.transaction((tx) => this.profiles.save(tx, viewer.personId, input));
    return toViewerModel({
      ...viewer,
      locale: (input.locale as Locale | null | undefined) ?? viewer.locale,
      zone: input.zone ?? viewer.zone,
    });
  }

  @Mutation(() => ViewerModel)
  @Allow('identity:view-as-learner')
  async viewAsLearner(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }) personId: string,
    @Ctx() ctx: GqlContext,
  ): Promise<ViewerModel> {
    const next = await this.db.transaction(async (tx) => {
      checkViewAs(viewer, personId, await this.scope.canSee(tx, viewer, personId, ['identity:view-as-learner']));
      await this.sessions.setViewAs(tx, viewer.sessionId, personId);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'view-as.started',
        subjectType: 'person',
        subjectId: personId,
        personId,
      });
      return this.sessions.viewerFor(personId);
    });
    return this.become(ctx, asLearner(next, viewer.sessionId, viewer.personId));
  }

  @Mutation(() => ViewerModel)
  @Allow('signed-in')
  @AllowWhileViewingAs()
  async stopViewAs(@CurrentViewer() viewer: Viewer, @Ctx() ctx: GqlContext): Promise<ViewerModel> {
    const staffId = viewer.viewAsBy;
    if (staffId === null) return toViewerModel(viewer);
    await this.db.transaction(async (tx) => {
      await this.sessions.setViewAs(tx, viewer.sessionId, null);
      await this.audit.record(tx, {
        actorId: staffId,
        action: 'view-as.stopped',
        subjectType: 'person',
        subjectId: viewer.personId,
        personId: viewer.personId,
      });
    });
    return this.become(ctx, { ...(await this.sessions.viewerFor(staffId)), sessionId: viewer.sessionId });
  }

  private async welcome(ctx: GqlContext, signedIn: SignedIn): Promise<ViewerModel> {
    const session = await this.sessions.resolve(signedIn.token);
    if (!session) throw new Unauthenticated('sign-in-failed');
    setSignInCookies(ctx, signedIn);
    return this.become(ctx, session.viewer);
  }

  /** The rest of the same request answers as the new viewer. */
  private become(ctx: GqlContext, viewer: Viewer): ViewerModel {
    ctx.viewer = viewer;
    return toViewerModel(viewer);
  }
}

/** The viewer's own details; each from a loader. */
@Resolver(() => ViewerModel)
export class ViewerFieldsResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(PersonDirectory) private readonly directory: PersonDirectory,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(OrgUnits) private readonly orgUnits: OrgUnits,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
  ) {}

  @ResolveField(() => PersonCardModel)
  async card(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(viewer.id)) as PersonCardModel;
  }

  @ResolveField(() => String)
  async name(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<string> {
    const { name, nameEn } = await this.person(viewer, ctx);
    return name === null ? '' : displayName(name, nameEn, readerLocale(ctx));
  }

  @ResolveField(() => String, { nullable: true })
  async nameEn(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return (await this.person(viewer, ctx)).nameEn;
  }

  @ResolveField(() => String, { nullable: true })
  async employeeNumber(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return (await this.person(viewer, ctx)).employeeNumber;
  }

  /** Somebody who looks as this learner does not need their addresses. */
  @ResolveField(() => String, { nullable: true })
  async email(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return viewer.viewAsById ? null : (await this.person(viewer, ctx)).email;
  }

  @ResolveField(() => String, { nullable: true })
  async mobile(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return viewer.viewAsById ? null : (await this.person(viewer, ctx)).mobile;
  }

  @ResolveField(() => String, { nullable: true })
  async alias(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return (await this.person(viewer, ctx)).alias;
  }

  @ResolveField(() => Boolean)
  async boardOptOut(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<boolean> {
    return (await this.person(viewer, ctx)).boardOptOut;
  }

  @ResolveField(() => LocalDayScalar, { nullable: true })
  async hireDate(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<LocalDay | null> {
    return (await this.person(viewer, ctx)).hireDate;
  }

  @ResolveField(() => OrgUnitModel, { nullable: true })
  async orgUnit(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<OrgUnitModel | null> {
    const { orgUnitId } = await this.person(viewer, ctx);
    return orgUnitId
      ? orgUnitLoader(ctx, (ids) => this.db.read((tx) => this.orgUnits.load(tx, ids))).load(orgUnitId)
      : null;
  }

  @ResolveField(() => JobRoleModel, { nullable: true })
  async jobRole(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<JobRoleModel | null> {
    const { jobRoleId } = await this.person(viewer, ctx);
    return jobRoleId
      ? jobRoleLoader(ctx, (ids) => this.db.read((tx) => this.jobRoles.load(tx, ids))).load(jobRoleId)
      : null;
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async manager(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    const { managerId } = await this.person(viewer, ctx);
    return managerId ? personCardLoader(ctx, this.cards).load(managerId) : null;
  }

  @ResolveField(() => [PersonCardModel])
  async mentors(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel[]> {
    const found = await this.db.read((tx) => this.supervisions.supervisorsOf(tx, [viewer.id], ['mentor']));
    const cards = await personCardLoader(ctx, this.cards).loadMany(
      (found.get(viewer.id) ?? []).map((s) => s.supervisorId),
    );
    return cards.filter((c): c is PersonCardModel => c !== null && !(c instanceof Error));
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async viewAsBy(@Parent() viewer: ViewerModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return viewer.viewAsById ? personCardLoader(ctx, this.cards).load(viewer.viewAsById) : null;
  }

  private async person(viewer: ViewerModel, ctx: GqlContext): Promise<PersonRecord> {
    return (await personLoader(ctx, this.db, this.directory).load(viewer.id)) as PersonRecord;
  }
}
