import type { Type } from '@nestjs/common';
import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('PageInfo')
export class PageInfoModel {
  @Field(() => String, { nullable: true })
  endCursor: string | null;
  @Field()
  hasNextPage: boolean;
}

export interface ConnectionOf<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: PageInfoModel;
  totalCount?: number | null;
}

/** Relay connection and edge types of a model: `@ObjectType() class PersonConnection extends Connection(PersonModel, 'Person') {}`. */
export function Connection<T extends object>(node: Type<T>, name: string): Type<ConnectionOf<T>> {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field()
    cursor: string;
    @Field(() => node)
    node: T;
  }
  @ObjectType({ isAbstract: true })
  class Base implements ConnectionOf<T> {
    @Field(() => [Edge])
    edges: Edge[];
    @Field(() => PageInfoModel)
    pageInfo: PageInfoModel;
    @Field(() => Int, { nullable: true })
    totalCount?: number | null;
  }
  return Base;
}

/**
 * A page from `first + 1` rows: the extra row only says that there is more.
 * @param cursorOf keyset position of a row
 */
export function toConnection<R, T>(
  found: readonly R[],
  first: number,
  cursorOf: (row: R) => string,
  toNode: (row: R) => T,
  totalCount?: number,
): ConnectionOf<T> {
  const edges = found.slice(0, first).map((row) => ({ cursor: cursorOf(row), node: toNode(row) }));
  return {
    edges,
    pageInfo: { endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: found.length > first },
    ...(totalCount === undefined ? {} : { totalCount }),
  };
}
