import { Global, Module } from '@nestjs/common';
import { AssessmentModule } from '@waymark/assessment';
import { CatalogModule } from '@waymark/catalog';
import { LearningCoreModule } from './learning-core.module.js';
import { LearningAccess } from './target/learning-access.service.js';
import { TargetEvents } from './target/target-events.service.js';
import { AssessmentTargets, CourseTargets } from './target/target-sources.service.js';

@Global()
@Module({
  imports: [AssessmentModule, CatalogModule, LearningCoreModule],
  providers: [AssessmentTargets, CourseTargets, LearningAccess, TargetEvents],
  exports: [LearningCoreModule, LearningAccess],
})
export class LearningModule {}
