import { Global, Module } from '@nestjs/common';
import { AssessmentModule } from '@waymark/assessment';
import { CatalogModule } from '@waymark/catalog';
import { LearningErasure } from './enrolment/learning-erasure.service.js';
import { LearningCoreModule } from './learning-core.module.js';
import { LearningLoader } from './learning-seed/learning-loader.service.js';
import { LearningAccess } from './target/learning-access.service.js';
import { TargetEvents } from './target/target-events.service.js';
import { AssessmentTargets, CourseTargets } from './target/target-sources.service.js';

@Global()
@Module({
  imports: [AssessmentModule, CatalogModule, LearningCoreModule],
  providers: [AssessmentTargets, CourseTargets, LearningAccess, LearningErasure, LearningLoader, TargetEvents],
  exports: [LearningCoreModule, LearningAccess, LearningLoader],
})
export class LearningModule {}
