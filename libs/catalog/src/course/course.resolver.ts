import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, requirePermission, type Viewer } from '@waymark/platform';
import { LessonWork, type LessonWorkResult } from '../progress/lesson-work.service.js';
import { CourseReading, lessonProgress } from './course-reading.service.js';
import { CourseFilterInput, LessonProgressInput } from './course.inputs.js';
import {
  CourseCardModel,
  CourseConnectionModel,
  CoursePageModel,
  CourseSearchHitModel,
  LessonModel,
  LessonProgressModel,
  LessonSavedModel,
} from './course.model.js';

@Resolver()
export class CourseResolver {
  constructor(
    @Inject(CourseReading) private readonly reading: CourseReading,
    @Inject(LessonWork) private readonly work: LessonWork,
  ) {}

  @Query(() => CourseConnectionModel, { description: 'Published courses that are visible to me' })
  @Allow('signed-in')
  courses(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => CourseFilterInput, nullable: true }) filter?: CourseFilterInput,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<CourseConnectionModel> {
    return this.reading.explore(viewer, filter ?? {}, { first: first ?? null, after: after ?? null });
  }

  @Query(() => [CourseCardModel], { description: 'Courses I opened, latest first' })
  @Allow('signed-in')
  myCourses(
    @CurrentViewer() viewer: Viewer,
    @Args('state', { type: () => String, nullable: true }) state?: string,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
  ): Promise<CourseCardModel[]> {
    return this.reading.mine(viewer, state ?? null, first ?? null);
  }

  @Query(() => CoursePageModel)
  @Allow('signed-in')
  course(
    @CurrentViewer() viewer: Viewer,
    @Args('code') code: string,
    @Args('preview', { type: () => Boolean, nullable: true }) preview?: boolean,
  ): Promise<CoursePageModel> {
    if (preview) requirePermission(viewer, 'catalog:read-drafts');
    return this.reading.page(viewer, code, preview ?? false);
  }

  @Query(() => LessonModel, { description: 'Reading writes nothing; openLesson does' })
  @Allow('signed-in')
  lesson(
    @CurrentViewer() viewer: Viewer,
    @Args('courseCode') courseCode: string,
    @Args('lessonKey') lessonKey: string,
    @Args('preview', { type: () => Boolean, nullable: true }) preview?: boolean,
  ): Promise<LessonModel> {
    if (preview) requirePermission(viewer, 'catalog:read-drafts');
    return this.reading.lesson(viewer, courseCode, lessonKey, preview ?? false);
  }

  @Query(() => [CourseSearchHitModel])
  @Allow('signed-in')
  searchCourses(
    @CurrentViewer() viewer: Viewer,
    @Args('text') text: string,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
  ): Promise<CourseSearchHitModel[]> {
    return this.reading.search(viewer, text.slice(0, 100), first ?? null);
  }

  @Mutation(() => LessonProgressModel, { description: 'Pins the version and sets the place to go on from' })
  @Allow('signed-in')
  async openLesson(
    @CurrentViewer() viewer: Viewer,
    @Args('courseCode') courseCode: string,
    @Args('lessonKey') lessonKey: string,
  ): Promise<LessonProgressModel> {
    const { course, at } = await this.work.open(viewer.personId, courseCode, lessonKey);
    return lessonProgress(course, at);
  }

  @Mutation(() => LessonSavedModel)
  @Allow('signed-in')
  async saveLessonProgress(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: LessonProgressInput,
  ): Promise<LessonSavedModel> {
    return this.saved(viewer, await this.work.save(viewer.personId, { ...input, seen: input.seen ?? [] }));
  }

  @Mutation(() => LessonSavedModel)
  @Allow('signed-in')
  async acknowledgeLesson(
    @CurrentViewer() viewer: Viewer,
    @Args('courseCode') courseCode: string,
    @Args('lessonKey') lessonKey: string,
  ): Promise<LessonSavedModel> {
    return this.saved(viewer, await this.work.acknowledge(viewer.personId, courseCode, lessonKey));
  }

  private async saved(viewer: Viewer, result: LessonWorkResult): Promise<LessonSavedModel> {
    const { course, at, ...now } = result;
    return {
      ...now,
      progress: lessonProgress(course, at),
      done: course.progress?.done ?? 0,
      of: course.progress?.of ?? 0,
      next: await this.reading.nextStep(course, at.lesson.lessonId, viewer.locale),
    };
  }
}
