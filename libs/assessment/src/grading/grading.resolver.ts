import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCards } from '@waymark/identity';
import { IdPipe } from '../id.pipe.js';
import { GradeAnswerInput, GradedAnswerModel, GradeModel, PendingAnswerConnection } from './grading.model.js';
import { GradingQueue } from './grading-queue.service.js';

@Resolver()
export class GradingResolver {
  constructor(
    @Inject(GradingQueue) private readonly queue: GradingQueue,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => PendingAnswerConnection)
  @Allow('assessment:grade')
  async gradingQueue(
    @CurrentViewer() viewer: Viewer,
    @Args('assessmentId', { type: () => ID, nullable: true }, IdPipe) assessmentId: string | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<PendingAnswerConnection> {
    const page = await this.queue.list(viewer, assessmentId, { first: first ?? null, after: after ?? null });
    return {
      ...page,
      edges: page.edges.map(({ cursor, node }) => ({
        cursor,
        node: { ...node, id: `${node.attemptId}:${node.item}` },
      })),
    };
  }

  @Query(() => [GradeModel])
  @Allow('assessment:grade')
  async grades(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('attemptId', { type: () => ID }, IdPipe) attemptId: string,
    @Args('item', { type: () => Int }) item: number,
  ): Promise<GradeModel[]> {
    const history = await this.queue.history(viewer, attemptId, item);
    const loader = personCardLoader(ctx, this.cards);
    return Promise.all(
      history.map(async ({ graderId, ...grade }) => ({
        ...grade,
        grader: graderId ? await loader.load(graderId) : null,
      })),
    );
  }

  @Mutation(() => GradedAnswerModel)
  @Allow('assessment:grade')
  async gradeAnswer(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: GradeAnswerInput,
  ): Promise<GradedAnswerModel> {
    const graded = await this.queue.grade(viewer, {
      attemptId: input.attemptId,
      item: input.item,
      points: input.points,
      comment: input.comment?.trim() || null,
      seenGradeId: input.seenGradeId ?? null,
    });
    return { attemptId: input.attemptId, item: input.item, ...graded };
  }
}
