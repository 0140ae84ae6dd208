import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, PersonCards, personCardLoader } from '@waymark/identity';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Viewer } from '@waymark/platform';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { MilestoneModel } from '../milestone/milestone.model.js';
import { Milestones } from '../milestone/milestones.service.js';
import { milestoneModel } from '../milestone/milestone.resolver.js';
import { EnrolmentRepository } from './enrolment.repository.js';
import {
  LearnerNodeModel,
  MyEnrolmentModel,
  MyMapModel,
  NodeBlockerModel,
  NodeWaiverModel,
} from './learner-map.model.js';
import { LearnerMaps } from './learner-map.service.js';
import { personCards } from './person-cards.js';

@Resolver(() => LearnerNodeModel)
export class LearnerMapResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LearnerMaps) private readonly maps: LearnerMaps,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(Milestones) private readonly milestones: Milestones,
  ) {}

  @Query(() => MyMapModel, { nullable: true })
  @Allow('signed-in')
  async myMap(
    @Args('enrolmentId', { type: () => ID, nullable: true }) enrolmentId: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MyMapModel | null> {
    const map = await this.maps.opened(viewer, enrolmentId ?? null);
    return map && this.maps.columns(map, viewer.locale);
  }

  @Query(() => MyMapModel)
  @Allow('signed-in')
  async traineeMap(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<MyMapModel> {
    return this.maps.columns(await this.db.read((tx) => this.maps.of(tx, viewer, enrolmentId)), viewer.locale);
  }

  @Query(() => [MyEnrolmentModel])
  @Allow('signed-in')
  async myEnrolments(@CurrentViewer() viewer: Viewer): Promise<MyEnrolmentModel[]> {
    return this.db.read(async (tx) => {
      const list = await this.enrolments.list(tx, [viewer.personId], false);
      const out: MyEnrolmentModel[] = [];
      for (const e of await this.enrolments.progressOf(
        tx,
        list.map((l) => l.id),
      )) {
        const map = this.maps.columns(
          await this.maps.open(tx, e, await this.documents.plan(tx, e.versionId), this.maps.today(viewer)),
          viewer.locale,
        );
        const document = await this.documents.document(tx, e.versionId, viewer.locale, e.textRevision);
        out.push({
          enrolmentId: e.id,
          mapCode: document.code,
          title: document.title,
          status: e.status,
          startDay: e.startDay,
          done: e.done,
          total: e.total,
          overdue: e.status === 'open' ? map.overdue : 0,
        });
      }
      return out.sort(
        (a, b) => list.findIndex((l) => l.id === a.enrolmentId) - list.findIndex((l) => l.id === b.enrolmentId),
      );
    });
  }

  @Query(() => LearnerNodeModel)
  @Allow('signed-in')
  learnerNode(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearnerNodeModel> {
    return this.db.read((tx) => this.maps.node(tx, viewer, enrolmentId, nodeId));
  }

  @Mutation(() => LearnerNodeModel)
  @Allow('signed-in')
  async acknowledgeNode(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('nodeId', { type: () => ID }) nodeId: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearnerNodeModel> {
    await this.maps.acknowledge(viewer, enrolmentId, nodeId);
    return this.learnerNode(enrolmentId, nodeId, viewer);
  }

  @ResolveField(() => MilestoneModel, { nullable: true })
  async milestone(@Parent() node: LearnerNodeModel, @CurrentViewer() viewer: Viewer): Promise<MilestoneModel | null> {
    if (node.kind !== 'milestone') return null;
    return this.db.read(async (tx) => {
      if (!(await this.milestones.mayRead(tx, viewer, node.personId))) return null;
      return milestoneModel(
        tx,
        this.documents,
        await this.milestones.view(tx, viewer, node.enrolmentId, node.nodeId),
        viewer.locale,
      );
    });
  }
}

@Resolver(() => NodeWaiverModel)
export class NodeWaiverResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  by(@Parent() waiver: NodeWaiverModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return waiver.byId ? personCardLoader(ctx, this.cards).load(waiver.byId) : null;
  }
}

@Resolver(() => NodeBlockerModel)
export class NodeBlockerResolver {
  constructor(
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Db) private readonly db: Db,
    @Inject(Milestones) private readonly milestones: Milestones,
  ) {}

  @ResolveField(() => [PersonCardModel], { description: 'Who holds it, when a sign-off waits' })
  async waitingFor(@Parent() blocker: NodeBlockerModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel[]> {
    if (!blocker.waitingSince) return [];
    const approvers = ctx.loaders.of<string, string[]>('milestoneApprovers', (ids) =>
      this.db.read((tx) => this.milestones.approversOf(tx, ids)),
    );
    return personCards(ctx, this.cards, (await approvers.load(blocker.personId)) ?? []);
  }
}
