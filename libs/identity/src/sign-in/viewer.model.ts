import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { Viewer } from '@waymark/platform';

/** The signed-in person. Other libs add fields. */
@ObjectType('Viewer')
export class ViewerModel {
  @Field(() => ID, { description: 'Person id' })
  id: string;
  @Field()
  locale: string;
  @Field()
  zone: string;
  @Field(() => [String])
  roles: string[];
  @Field(() => [String])
  permissions: string[];
  /** Not a field: who looks as this learner. */
  viewAsById: string | null;
}

export function toViewerModel(viewer: Viewer): ViewerModel {
  return {
    id: viewer.personId,
    locale: viewer.locale,
    zone: viewer.zone,
    roles: [...new Set(viewer.grants.map((g) => g.role))],
    permissions: [...viewer.permissions].sort(),
    viewAsById: viewer.viewAsBy,
  };
}

@ObjectType('SignInSession')
export class SignInSessionModel {
  @Field(() => ID)
  id: string;
  @Field()
  current: boolean;
  @Field()
  startedAt: Date;
  @Field()
  lastSeenAt: Date;
  @Field(() => String, { nullable: true })
  userAgent: string | null;
  @Field(() => String, { nullable: true })
  ip: string | null;
}

@ObjectType('AccessTokenInfo')
export class AccessTokenInfoModel {
  @Field()
  kind: string;
  @Field()
  name: string;
  @Field()
  expiresAt: Date;
}
