import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import { Forbidden, Unauthenticated } from '@waymark/kernel';
import type { GraphQLResolveInfo } from 'graphql';
import { ALLOW, PUBLIC, viewerOf, WHILE_VIEWING_AS } from './allow.js';
import { requirePermission } from './viewer.js';

/** Denies unless the handler declares who may call it. */
@Injectable()
export class AllowGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    if (this.reflector.get<boolean>(PUBLIC, handler)) return true;
    const permission = this.reflector.get<string | undefined>(ALLOW, handler);
    if (!permission) throw new Forbidden('permission-undeclared');
    const viewer = viewerOf(context);
    if (!viewer) throw new Unauthenticated();
    if (viewer.viewAsBy && this.writes(context) && !this.reflector.get<boolean>(WHILE_VIEWING_AS, handler)) {
      throw new Forbidden('view-as-read-only');
    }
    requirePermission(viewer, permission);
    return true;
  }

  private writes(context: ExecutionContext): boolean {
    if (context.getType<string>() === 'graphql') {
      return GqlExecutionContext.create(context).getInfo<GraphQLResolveInfo>().operation.operation === 'mutation';
    }
    return !['GET', 'HEAD'].includes(context.switchToHttp().getRequest<{ method: string }>().method);
  }
}
