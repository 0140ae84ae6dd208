import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AssessmentModule } from '@waymark/assessment';
import { CatalogModule } from '@waymark/catalog';
import { CertificationModule } from '@waymark/certification';
import { IdentityModule } from '@waymark/identity';
import { LearningModule } from '@waymark/learning';
import { MentoringModule } from '@waymark/mentoring';
import { NotificationsModule } from '@waymark/notifications';
import { PlatformModule, type PlatformOptions } from '@waymark/platform';
import { ReviewModule } from '@waymark/review';
import { RewardsModule } from '@waymark/rewards';

/** Every lib's module: api, worker and commands run the same code. */
export const libraryModules: (Type | DynamicModule)[] = [
  IdentityModule,
  AssessmentModule,
  CatalogModule,
  LearningModule,
  MentoringModule,
  ReviewModule,
  CertificationModule,
  RewardsModule,
  NotificationsModule,
];

/** The root module of one process. */
export function rootModule(options: PlatformOptions): Type {
  @Module({ imports: [PlatformModule.forRoot(options), ...libraryModules] })
  class RootModule {}
  return RootModule;
}
