import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
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
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { NotFound, isUuid } from '@waymark/kernel';
import { CourseDesk, type CourseDraft, type CourseRow, type VersionRow } from './course-desk.service.js';
import { CourseEditor, type LessonDraft } from './course-editor.service.js';
import { CoursePublisher } from './course-publisher.service.js';
import {
  CheckpointInput,
  CourseEditFilterInput,
  CourseMetaInput,
  LessonInput,
  PublishCourseInput,
} from './course.inputs.js';
import {
  CourseDraftModel,
  CoursePublishCheckModel,
  CourseRowConnectionModel,
  CourseRowModel,
  CourseVersionRowModel,
} from './course-draft.model.js';

function lessonDraft(input: LessonInput): LessonDraft {
  return {
    kind: input.kind,
    title: toText(input.title),
    body: toText(input.body),
    minutes: input.minutes,
    fileId: input.fileId ?? null,
    captions: input.captions ?? null,
    keyPointFront: toText(input.keyPointFront),
    keyPointBack: toText(input.keyPointBack),
  };
}

function draftModel(draft: CourseDraft): CourseDraftModel {
  return {
    ...draft,
    title: fromText(draft.title),
    summary: fromText(draft.summary),
    levels: draft.levels.map((level) => ({
      ...level,
      title: fromText(level.title),
      checkpoint: level.checkpoint && { ...level.checkpoint, title: fromText(level.checkpoint.title) },
      lessons: level.lessons.map((l) => ({
        ...l,
        title: fromText(l.title),
        body: fromText(l.body),
        keyPointFront: fromText(l.keyPointFront),
        keyPointBack: fromText(l.keyPointBack),
      })),
    })),
  };
}

@Resolver()
export class CourseEditorResolver {
  constructor(
    @Inject(CourseDesk) private readonly desk: CourseDesk,
    @Inject(CourseEditor) private readonly editor: CourseEditor,
    @Inject(CoursePublisher) private readonly publisher: CoursePublisher,
  ) {}

  private async draft(by: { id?: string | null; code?: string | null }): Promise<CourseDraftModel> {
    return draftModel(await this.desk.draft(by));
  }

  @Query(() => CourseRowConnectionModel)
  @Allow('catalog:read-drafts')
  coursesForEdit(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => CourseEditFilterInput, nullable: true }) filter?: CourseEditFilterInput,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<CourseRowConnectionModel> {
    return this.desk.list(viewer.locale, filter ?? {}, { first: first ?? null, after: after ?? null });
  }

  @Query(() => CourseDraftModel, { description: 'The draft, or the published version while nothing is changed' })
  @Allow('catalog:read-drafts')
  courseForEdit(
    @Args('id', { type: () => ID, nullable: true }) id?: string,
    @Args('code', { type: () => String, nullable: true }) code?: string,
  ): Promise<CourseDraftModel> {
    return this.draft({ id: id ?? null, code: code ?? null });
  }

  @Query(() => CoursePublishCheckModel)
  @Allow('catalog:read-drafts')
  coursePublishCheck(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) courseId: string,
  ): Promise<CoursePublishCheckModel> {
    return this.publisher.check(courseIdOf(courseId), viewer.locale);
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async createCourse(
    @CurrentViewer() viewer: Viewer,
    @Args('title', { type: () => TextInputModel }) title: TextInputModel,
    @Args('module') module: string,
    @Args('code', { type: () => String, nullable: true }) code?: string,
  ): Promise<CourseDraftModel> {
    const id = await this.editor.create(viewer.personId, { code: code ?? null, title: toText(title), module });
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async saveCourseMeta(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('meta') meta: CourseMetaInput,
  ): Promise<CourseDraftModel> {
    await this.editor.saveMeta(viewer.personId, id, revision, {
      ...(meta.title ? { title: toText(meta.title) } : {}),
      ...(meta.summary ? { summary: toText(meta.summary) } : {}),
      ...(meta.module ? { module: meta.module } : {}),
      ...(meta.minutes !== null && meta.minutes !== undefined ? { minutes: meta.minutes } : {}),
      ...(meta.competencies ? { competencies: meta.competencies } : {}),
    });
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async addCourseLevel(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('title', { type: () => TextInputModel }) title: TextInputModel,
    @Args('position', { type: () => Int, nullable: true }) position?: number,
  ): Promise<CourseDraftModel> {
    await this.editor.addLevel(viewer.personId, id, revision, toText(title), position ?? null);
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async saveCourseLevel(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('levelKey') levelKey: string,
    @Args('title', { type: () => TextInputModel }) title: TextInputModel,
  ): Promise<CourseDraftModel> {
    await this.editor.saveLevel(viewer.personId, id, revision, levelKey, toText(title));
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async moveCourseLevel(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('levelKey') levelKey: string,
    @Args('position', { type: () => Int }) position: number,
  ): Promise<CourseDraftModel> {
    await this.editor.moveLevel(viewer.personId, id, revision, levelKey, position);
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async removeCourseLevel(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('levelKey') levelKey: string,
  ): Promise<CourseDraftModel> {
    await this.editor.removeLevel(viewer.personId, id, revision, levelKey);
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async addLesson(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('levelKey') levelKey: string,
    @Args('lesson') lesson: LessonInput,
    @Args('key', { type: () => String, nullable: true }) key?: string,
    @Args('position', { type: () => Int, nullable: true }) position?: number,
  ): Promise<CourseDraftModel> {
    await this.editor.addLesson(
      viewer.personId,
      id,
      revision,
      { levelKey, key: key ?? null, position: position ?? null },
      lessonDraft(lesson),
    );
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async saveLesson(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('lessonKey') lessonKey: string,
    @Args('lesson') lesson: LessonInput,
  ): Promise<CourseDraftModel> {
    await this.editor.saveLesson(viewer.personId, id, revision, lessonKey, lessonDraft(lesson));
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async moveLesson(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('lessonKey') lessonKey: string,
    @Args('levelKey') levelKey: string,
    @Args('position', { type: () => Int }) position: number,
  ): Promise<CourseDraftModel> {
    await this.editor.moveLesson(viewer.personId, id, revision, lessonKey, levelKey, position);
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async removeLesson(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('lessonKey') lessonKey: string,
  ): Promise<CourseDraftModel> {
    await this.editor.removeLesson(viewer.personId, id, revision, lessonKey);
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:edit')
  async saveCheckpoint(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('levelKey') levelKey: string,
    @Args('checkpoint') checkpoint: CheckpointInput,
  ): Promise<CourseDraftModel> {
    const { passMark, questionIds } = checkpoint;
    await this.editor.saveCheckpoint(viewer.personId, id, revision, levelKey, {
      title: toText(checkpoint.title),
      passMark,
      questionIds,
    });
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel, {
    nullable: true,
    description: 'Null when the course was never published: it is gone then',
  })
  @Allow('catalog:edit')
  async discardCourseDraft(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<CourseDraftModel | null> {
    return (await this.editor.discardDraft(viewer.personId, id, revision)) ? this.draft({ id }) : null;
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:publish')
  async publishCourse(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: PublishCourseInput,
  ): Promise<CourseDraftModel> {
    await this.publisher.publish(viewer.personId, { ...input, note: input.note?.trim() || null });
    return this.draft({ id: input.courseId });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:publish')
  async archiveCourse(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<CourseDraftModel> {
    await this.editor.archive(viewer.personId, id, revision);
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:publish')
  async restoreCourse(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<CourseDraftModel> {
    await this.editor.restore(viewer.personId, id, revision);
    return this.draft({ id });
  }

  @Mutation(() => CourseDraftModel)
  @Allow('catalog:publish')
  async setCourseAudience(
    @CurrentViewer() viewer: Viewer,
    @Args('courseId', { type: () => ID }) id: string,
    @Args('audienceId', { type: () => ID, nullable: true }) audienceId?: string,
  ): Promise<CourseDraftModel> {
    await this.editor.setAudience(viewer.personId, courseIdOf(id), audienceId ?? null);
    return this.draft({ id });
  }
}

function courseIdOf(id: string): string {
  if (!isUuid(id)) throw new NotFound('course-not-found');
  return id;
}

@Resolver(() => CourseDraftModel)
export class CourseDraftPersonResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  updatedBy(@Parent() draft: CourseDraft, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return draft.updatedById ? personCardLoader(ctx, this.cards).load(draft.updatedById) : null;
  }
}

@Resolver(() => CourseRowModel)
export class CourseRowPersonResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  updatedBy(@Parent() row: CourseRow, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return row.updatedById ? personCardLoader(ctx, this.cards).load(row.updatedById) : null;
  }
}

@Resolver(() => CourseVersionRowModel)
export class CourseVersionPersonResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  publishedBy(@Parent() row: VersionRow, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return row.publishedById ? personCardLoader(ctx, this.cards).load(row.publishedById) : null;
  }
}
