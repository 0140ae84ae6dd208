import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { InvalidInput, pickText, type Locale, type Text } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  fromText,
  TextInputModel,
  toText,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import { personCardLoader, PersonCards } from '@waymark/identity';
import { IdPipe } from '../id.pipe.js';
import { QuestionBanks, type BankRow } from '../question-bank/question-banks.service.js';
import { Topics, type TopicRow } from '../topic/topics.service.js';
import {
  CODE,
  QuestionBankModel,
  QuestionConnection,
  QuestionDetailModel,
  QuestionFilterInput,
  QuestionInput,
  SimilarQuestionModel,
  TopicModel,
  type QuestionRowModel,
} from './question.model.js';
import { fromContent, fromMedia, fromParts, toContent, toMedia, toParts } from './question-content.mapper.js';
import type { QuestionDraft } from './question-draft.js';
import type { QuestionFilter } from './question.repository.js';
import { SimilarQuestions } from './similar-questions.service.js';
import { Questions, type QuestionRow } from './questions.service.js';

function toBank(bank: BankRow, locale: Locale): QuestionBankModel {
  return { ...bank, title: pickText(bank.titles, locale) || bank.code, titles: fromText(bank.titles) };
}

function toTopic(topic: TopicRow, locale: Locale): TopicModel {
  return { ...topic, title: pickText(topic.titles, locale) || topic.code, titles: fromText(topic.titles) };
}

function toRow(r: QuestionRow): QuestionRowModel {
  return {
    id: r.id,
    code: r.code,
    bankId: r.bank_id,
    bankCode: r.bank_code,
    type: r.type,
    use: r.use,
    status: r.status,
    hasDraft: r.has_draft,
    stem: r.stem,
    tags: r.tags,
    competency: r.competency,
    difficulty: r.difficulty,
    points: r.points,
    versionNumber: r.version_number,
    usedIn: r.used_in,
    answered: r.answered,
    facility: r.facility,
    lastAnsweredAt: r.last_answered_at,
    updatedAt: r.updated_at,
  };
}

export function toDraft(input: QuestionInput): QuestionDraft {
  return {
    type: input.type,
    use: input.use,
    tags: [...new Set(input.tags)],
    competency: input.competency ?? null,
    difficulty: input.difficulty,
    points: input.points,
    ...toContent(input),
    parts: toParts(input.parts),
    media: toMedia(input.media),
    explanation: toText(input.explanation),
    lessonRef: input.lessonRef ?? null,
  };
}

export function toFilter(input: QuestionFilterInput | null | undefined): QuestionFilter {
  const given = Object.entries(input ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return Object.fromEntries(given) as QuestionFilter;
}

function code(value: string): string {
  if (!CODE.test(value)) throw new InvalidInput('code-invalid');
  return value;
}

function title(input: TextInputModel): Text {
  const text = toText(input);
  if (Object.values(text).some((t) => t.length > 200)) throw new InvalidInput('title-too-long', { maximum: 200 });
  if (!Object.values(text).some((t) => t.trim())) throw new InvalidInput('title-missing');
  return text;
}

@Resolver()
export class QuestionResolver {
  constructor(
    @Inject(Questions) private readonly authoring: Questions,
    @Inject(SimilarQuestions) private readonly similar: SimilarQuestions,
    @Inject(QuestionBanks) private readonly banks: QuestionBanks,
    @Inject(Topics) private readonly topicList: Topics,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [QuestionBankModel])
  @Allow('assessment:read-bank')
  async questionBanks(@CurrentViewer() viewer: Viewer): Promise<QuestionBankModel[]> {
    return (await this.banks.list()).map((b) => toBank(b, viewer.locale));
  }

  @Query(() => [TopicModel])
  @Allow('assessment:read-bank')
  async topics(@CurrentViewer() viewer: Viewer): Promise<TopicModel[]> {
    return (await this.topicList.list()).map((t) => toTopic(t, viewer.locale));
  }

  @Query(() => QuestionConnection)
  @Allow('assessment:read-bank')
  async questions(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { nullable: true }) filter?: QuestionFilterInput,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<QuestionConnection> {
    const page = await this.authoring.list(toFilter(filter), viewer.locale, {
      first: first ?? null,
      after: after ?? null,
    });
    return { ...page, edges: page.edges.map((e) => ({ cursor: e.cursor, node: toRow(e.node) })) };
  }

  @Query(() => QuestionDetailModel)
  @Allow('assessment:read-bank')
  async question(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('published', {
      type: () => Boolean,
      nullable: true,
      description: 'The published version, also where there is a draft',
    })
    published?: boolean | null,
  ): Promise<QuestionDetailModel> {
    return this.detail(id, viewer, ctx, published ?? false);
  }

  @Query(() => [SimilarQuestionModel], {
    description: 'Questions that ask much the same; for the author to look at, nothing is refused',
  })
  @Allow('assessment:read-bank')
  similarQuestions(
    @CurrentViewer() viewer: Viewer,
    @Args('stem', { type: () => TextInputModel }) stem: TextInputModel,
    @Args('exceptId', { type: () => ID, nullable: true }, IdPipe) exceptId: string | null,
  ): Promise<SimilarQuestionModel[]> {
    return this.similar.find(toText(stem), exceptId, viewer.locale);
  }

  @Mutation(() => QuestionBankModel)
  @Allow('assessment:edit')
  async createQuestionBank(
    @CurrentViewer() viewer: Viewer,
    @Args('code') name: string,
    @Args('title', { type: () => TextInputModel }) input: TextInputModel,
  ): Promise<QuestionBankModel> {
    return toBank(await this.banks.create(viewer.personId, code(name), title(input)), viewer.locale);
  }

  @Mutation(() => QuestionBankModel)
  @Allow('assessment:edit')
  async renameQuestionBank(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('title', { type: () => TextInputModel }) input: TextInputModel,
  ): Promise<QuestionBankModel> {
    return toBank(await this.banks.rename(viewer.personId, id, revision, title(input)), viewer.locale);
  }

  @Mutation(() => TopicModel)
  @Allow('assessment:edit')
  async renameTopic(
    @CurrentViewer() viewer: Viewer,
    @Args('code') name: string,
    @Args('title', { type: () => TextInputModel }) input: TextInputModel,
  ): Promise<TopicModel> {
    await this.topicList.rename(viewer.personId, code(name), title(input));
    const topic = (await this.topicList.list()).find((t) => t.code === name);
    return toTopic(topic as TopicRow, viewer.locale);
  }

  @Mutation(() => QuestionDetailModel)
  @Allow('assessment:edit')
  async createQuestion(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('bankId', { type: () => ID }, IdPipe) bankId: string,
    @Args('question') question: QuestionInput,
    @Args('code', { type: () => String, nullable: true }) name?: string,
  ): Promise<QuestionDetailModel> {
    const id = await this.authoring.create(viewer.personId, bankId, name ? code(name) : null, toDraft(question));
    return this.detail(id, viewer, ctx);
  }

  @Mutation(() => QuestionDetailModel)
  @Allow('assessment:edit')
  async saveQuestion(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('question') question: QuestionInput,
  ): Promise<QuestionDetailModel> {
    await this.authoring.save(viewer.personId, id, revision, toDraft(question));
    return this.detail(id, viewer, ctx);
  }

  @Mutation(() => QuestionDetailModel)
  @Allow('assessment:publish')
  async publishQuestion(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<QuestionDetailModel> {
    await this.authoring.publish(viewer.personId, id, revision);
    return this.detail(id, viewer, ctx);
  }

  @Mutation(() => QuestionDetailModel, { nullable: true })
  @Allow('assessment:edit')
  async discardQuestionDraft(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<QuestionDetailModel | null> {
    return (await this.authoring.discardDraft(viewer.personId, id, revision)) ? this.detail(id, viewer, ctx) : null;
  }

  @Mutation(() => QuestionDetailModel)
  @Allow('assessment:publish')
  async retireQuestion(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<QuestionDetailModel> {
    await this.authoring.setRetired(viewer.personId, id, revision, true);
    return this.detail(id, viewer, ctx);
  }

  @Mutation(() => QuestionDetailModel)
  @Allow('assessment:publish')
  async restoreQuestion(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<QuestionDetailModel> {
    await this.authoring.setRetired(viewer.personId, id, revision, false);
    return this.detail(id, viewer, ctx);
  }

  private async detail(id: string, viewer: Viewer, ctx: GqlContext, published = false): Promise<QuestionDetailModel> {
    const { draft, updatedBy, ...rest } = await this.authoring.detail(id, viewer.locale, published);
    return {
      ...rest,
      type: draft.type,
      use: draft.use,
      tags: draft.tags,
      competency: draft.competency,
      difficulty: draft.difficulty,
      points: draft.points,
      ...fromContent(draft),
      parts: fromParts(draft.parts),
      media: fromMedia(draft.media),
      explanation: fromText(draft.explanation),
      lessonRef: draft.lessonRef,
      updatedBy: updatedBy ? await personCardLoader(ctx, this.cards).load(updatedBy) : null,
    };
  }
}
