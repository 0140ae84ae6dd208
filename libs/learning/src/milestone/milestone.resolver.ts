import { Inject } from '@nestjs/common';
import { Args, Float, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { InvalidInput, type Locale } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  DateTimeScalar,
  Db,
  fileUrl,
  type GqlContext,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { personCards } from '../enrolment/person-cards.js';
import { localEvidence } from '../map-document/local-evidence.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { MilestoneEvidenceInput, MilestoneModel, MilestoneRoundModel, SignOffModel } from './milestone.model.js';
import { Milestones, type MilestoneView, type RoundView, type SignOffView } from './milestones.service.js';

function roundModel(r: RoundView): MilestoneRoundModel {
  return {
    id: r.id,
    round: r.round,
    status: r.status,
    text: r.text,
    number: r.number,
    evidence: r.evidence.map((e) => ({ ...e, fileUrl: e.fileId ? fileUrl(e.fileId) : null })),
    submittedAt: r.submittedAt,
    waitingDays: r.waitingDays,
    decidedAt: r.decidedAt,
    comment: r.comment === '' ? null : r.comment,
    decidedById: r.decidedBy,
    inPlaceOfId: r.inPlaceOf,
  };
}

export async function milestoneModel(
  tx: Tx,
  documents: MapDocuments,
  view: MilestoneView,
  locale: Locale,
): Promise<MilestoneModel> {
  const document = await documents.document(tx, view.versionId, locale, view.textRevision);
  const rounds = view.rounds.map(roundModel);
  return {
    enrolmentId: view.enrolmentId,
    nodeId: view.nodeId,
    title: document.nodes.find((n) => n.id === view.nodeId)?.title ?? '',
    requirement: localEvidence(view.requirement, locale),
    counted: view.counted,
    current: rounds[0] ?? null,
    rounds,
    missing: view.missing,
    approverIds: view.approverIds,
  };
}

@Resolver(() => MilestoneModel)
export class MilestoneResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Milestones) private readonly milestones: Milestones,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => MilestoneModel)
  @Allow('signed-in')
  async milestone(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneModel> {
    return this.db.read(async (tx) =>
      milestoneModel(tx, this.documents, await this.milestones.view(tx, viewer, enrolmentId, nodeId), viewer.locale),
    );
  }

  @Query(() => [SignOffModel])
  @Allow('signed-in')
  async signOffs(@CurrentViewer() viewer: Viewer): Promise<SignOffModel[]> {
    return this.db.read(async (tx) => {
      const out: SignOffModel[] = [];
      for (const s of await this.milestones.inbox(tx, viewer)) out.push(await this.signOff(tx, s, viewer.locale));
      return out;
    });
  }

  @Mutation(() => MilestoneModel)
  @Allow('signed-in')
  async saveMilestone(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @Args('text', { type: () => String, nullable: true }) text: string | null,
    @Args('number', { type: () => Float, nullable: true }) number: number | null | undefined,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneModel> {
    if ((text?.length ?? 0) > 10_000) throw new InvalidInput('text-too-long', { max: 10_000 });
    if (number && Math.abs(number) > 1e10) throw new InvalidInput('number-out-of-range');
    await this.milestones.save(viewer.personId, enrolmentId, nodeId, { text, number });
    return this.milestone(enrolmentId, nodeId, viewer);
  }

  @Mutation(() => MilestoneModel)
  @Allow('signed-in')
  async addMilestoneEvidence(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @Args('evidence') evidence: MilestoneEvidenceInput,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneModel> {
    await this.milestones.addEvidence(viewer.personId, enrolmentId, nodeId, evidence);
    return this.milestone(enrolmentId, nodeId, viewer);
  }

  @Mutation(() => MilestoneModel)
  @Allow('signed-in')
  async changeMilestoneEvidence(
    @Args('id', { type: () => ID }) id: string,
    @Args('evidence') evidence: MilestoneEvidenceInput,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneModel> {
    const { enrolmentId, nodeId } = await this.milestones.changeEvidence(viewer.personId, id, evidence);
    return this.milestone(enrolmentId, nodeId, viewer);
  }

  @Mutation(() => MilestoneModel)
  @Allow('signed-in')
  async removeMilestoneEvidence(
    @Args('id', { type: () => ID }) id: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneModel> {
    const { enrolmentId, nodeId } = await this.milestones.removeEvidence(viewer.personId, id);
    return this.milestone(enrolmentId, nodeId, viewer);
  }

  @Mutation(() => MilestoneModel, { description: 'Who may sign confirms one entry of a counter, or takes it back' })
  @Allow('signed-in')
  async confirmMilestoneEntry(
    @Args('id', { type: () => ID }) id: string,
    @Args('confirmed') confirmed: boolean,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneModel> {
    const { enrolmentId, nodeId } = await this.milestones.confirmEntry(viewer.personId, id, confirmed);
    return this.milestone(enrolmentId, nodeId, viewer);
  }

  @Mutation(() => MilestoneModel)
  @Allow('signed-in')
  async submitMilestone(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneModel> {
    await this.milestones.submit(viewer.personId, enrolmentId, nodeId);
    return this.milestone(enrolmentId, nodeId, viewer);
  }

  @Mutation(() => MilestoneRoundModel)
  @Allow('signed-in')
  async signMilestone(
    @Args('submissionId', { type: () => ID }) submissionId: string,
    @Args('comment', { type: () => String, nullable: true }) comment: string | null,
    @Args('seenAt', { type: () => DateTimeScalar, nullable: true }) seenAt: Date | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneRoundModel> {
    await this.milestones.sign(viewer.personId, submissionId, limited(comment), { seenAt });
    return this.db.read(async (tx) => roundModel(await this.milestones.round(tx, submissionId)));
  }

  @Mutation(() => MilestoneRoundModel)
  @Allow('signed-in')
  async returnMilestone(
    @Args('submissionId', { type: () => ID }) submissionId: string,
    @Args('comment') comment: string,
    @Args('seenAt', { type: () => DateTimeScalar, nullable: true }) seenAt: Date | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MilestoneRoundModel> {
    await this.milestones.return(viewer.personId, submissionId, limited(comment), { seenAt });
    return this.db.read(async (tx) => roundModel(await this.milestones.round(tx, submissionId)));
  }

  @ResolveField(() => [PersonCardModel], { description: 'Who may sign: mentors and delegates, else the manager' })
  approvers(@Parent() milestone: MilestoneModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel[]> {
    return personCards(ctx, this.cards, milestone.approverIds);
  }

  private async signOff(tx: Tx, s: SignOffView, locale: Locale): Promise<SignOffModel> {
    const { milestone: m } = s;
    const document = await this.documents.document(tx, m.versionId, locale, m.textRevision);
    return {
      submissionId: s.submission.id,
      personId: m.personId,
      enrolmentId: m.enrolmentId,
      nodeId: m.nodeId,
      title: document.nodes.find((n) => n.id === m.nodeId)?.title ?? '',
      mapTitle: document.title,
      day: s.day,
      counted: m.counted,
      requirement: localEvidence(m.requirement, locale),
      round: roundModel(s.submission),
      previousRounds: m.rounds.filter((r) => r.id !== s.submission.id).map(roundModel),
    };
  }
}

@Resolver(() => MilestoneRoundModel)
export class MilestoneRoundResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  decidedBy(@Parent() round: MilestoneRoundModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return round.decidedById ? personCardLoader(ctx, this.cards).load(round.decidedById) : null;
  }

  @ResolveField(() => PersonCardModel, { nullable: true, description: 'The absent mentor, when a substitute decided' })
  inPlaceOf(@Parent() round: MilestoneRoundModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return round.inPlaceOfId ? personCardLoader(ctx, this.cards).load(round.inPlaceOfId) : null;
  }
}

@Resolver(() => SignOffModel)
export class SignOffResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async learner(@Parent() signOff: SignOffModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(signOff.personId)) as PersonCardModel;
  }
}

function limited(comment: string | null | undefined): string {
  if ((comment?.length ?? 0) > 2_000) throw new InvalidInput('text-too-long', { max: 2_000 });
  return comment ?? '';
}
