import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { Unauthenticated } from '@waymark/kernel';
import type { GqlContext } from '../graphql/context.js';
import type { Viewer } from './viewer.js';

export const ALLOW = 'waymark:allow';
export const PUBLIC = 'waymark:public';
export const WHILE_VIEWING_AS = 'waymark:while-viewing-as';

/** Declares the permission that a query, mutation, subscription or route needs. */
export const Allow = (permission: string): MethodDecorator => SetMetadata(ALLOW, permission);
/** Open to anybody, signed in or not. */
export const Public = (): MethodDecorator => SetMetadata(PUBLIC, true);
/** A mutation that may be sent while looking as somebody else: leaving that view. */
export const AllowWhileViewingAs = (): MethodDecorator => SetMetadata(WHILE_VIEWING_AS, true);

export function contextOf(context: ExecutionContext): GqlContext | null {
  return context.getType<string>() === 'graphql' ? GqlExecutionContext.create(context).getContext<GqlContext>() : null;
}

export function viewerOf(context: ExecutionContext): Viewer | null {
  const gql = contextOf(context);
  if (gql) return gql.viewer;
  return context.switchToHttp().getRequest<{ viewer?: Viewer | null }>().viewer ?? null;
}

/** The signed-in person. @throws Unauthenticated on a `@Public()` endpoint without a session */
export const CurrentViewer = createParamDecorator((_: unknown, context: ExecutionContext): Viewer => {
  const viewer = viewerOf(context);
  if (!viewer) throw new Unauthenticated();
  return viewer;
});

/** The signed-in person or null. */
export const MaybeViewer = createParamDecorator((_: unknown, context: ExecutionContext): Viewer | null =>
  viewerOf(context),
);

/** The GraphQL context: loaders, request id, cookies. */
export const Ctx = createParamDecorator(
  (_: unknown, context: ExecutionContext): GqlContext => contextOf(context) as GqlContext,
);
