import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { decoratedMethods } from '../discovery.js';
import { ALLOW, PUBLIC } from './allow.js';
import { isKnownPermission } from './viewer.js';

const RESOLVER_TYPE = 'graphql:resolver_type';
const RESOLVER_NAME = 'graphql:resolver_name';
const ROUTE_PATH = 'path';
const OPERATIONS = new Set(['Query', 'Mutation', 'Subscription']);

export interface EndpointPermission {
  endpoint: string;
  /** A permission name, or 'public'. */
  permission: string;
}

/** Lists every query, mutation, subscription and route with its permission; stops the start when one has none. */
@Injectable()
export class PermissionCheck implements OnModuleInit {
  private list: EndpointPermission[] = [];

  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const open: string[] = [];
    const unknown: string[] = [];
    const list: EndpointPermission[] = [];
    const graphql = decoratedMethods<string>(this.discovery, RESOLVER_TYPE).filter((m) => OPERATIONS.has(m.metadata));
    const routes = decoratedMethods<string | string[]>(this.discovery, ROUTE_PATH);
    const endpoints = [
      ...graphql.map((m) => ({
        m,
        name: `${m.metadata}.${(Reflect.getMetadata(RESOLVER_NAME, m.target) as string | undefined) ?? m.method}`,
      })),
      ...routes.map((m) => ({ m, name: `Route.${m.owner}.${m.method}` })),
    ];
    for (const { m, name } of endpoints) {
      const permission = Reflect.getMetadata(ALLOW, m.target) as string | undefined;
      const isPublic = Reflect.getMetadata(PUBLIC, m.target) === true;
      if (!permission && !isPublic) open.push(`${name} (${m.owner}.${m.method})`);
      else if (permission && !isKnownPermission(permission)) unknown.push(`${name}: ${permission}`);
      list.push({ endpoint: name, permission: isPublic ? 'public' : (permission ?? 'undeclared') });
    }
    if (open.length > 0) throw new Error(`No permission declared on: ${open.join(', ')}`);
    if (unknown.length > 0) throw new Error(`Permissions that no role could hold: ${unknown.join(', ')}`);
    this.list = list.sort((a, b) => a.endpoint.localeCompare(b.endpoint));
  }

  endpoints(): readonly EndpointPermission[] {
    return this.list;
  }
}
