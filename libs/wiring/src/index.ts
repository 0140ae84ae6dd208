import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AssessmentModule } from '@waymark/assessment';
import { IdentityModule } from '@waymark/identity';
import { PlatformModule, type PlatformOptions } from '@waymark/platform';

/** Every lib's module: api, worker and commands run the same code. */
export const libraryModules: (Type | DynamicModule)[] = [IdentityModule, AssessmentModule];

/** The root module of one process. */
export function rootModule(options: PlatformOptions): Type {
  @Module({ imports: [PlatformModule.forRoot(options), ...libraryModules] })
  class RootModule {}
  return RootModule;
}
