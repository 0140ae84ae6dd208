import { ApolloArmor } from '@escape.tech/graphql-armor';
import { GraphQLError, type ValidationRule } from 'graphql';
import type { ApolloServerPlugin } from '@apollo/server';

/** Upper bounds of one GraphQL document; the web app's largest operation stays under half of each. */
export const LIMITS = { depth: 10, aliases: 20, directives: 20, tokens: 2_000, cost: 8_000 } as const;
/** Bytes of a request body on /graphql. */
export const BODY_LIMIT = 1_048_576;

export interface GraphqlProtection {
  plugins: ApolloServerPlugin[];
  validationRules: ValidationRule[];
}

/** Depth, alias, directive, token and cost limits, and no suggestions of field names. */
export function graphqlProtection(open: boolean): GraphqlProtection {
  const armor = new ApolloArmor({
    maxDepth: { enabled: !open, n: LIMITS.depth },
    maxAliases: { enabled: true, n: LIMITS.aliases },
    maxDirectives: { enabled: true, n: LIMITS.directives },
    maxTokens: { enabled: true, n: LIMITS.tokens },
    costLimit: { enabled: !open, maxCost: LIMITS.cost, objectCost: 2, scalarCost: 1, depthCostFactor: 1.3, ignoreIntrospection: false },
    blockFieldSuggestion: { enabled: !open, mask: '[hidden]' },
  }).protect();
  return {
    plugins: [...armor.plugins, refusalStatusPlugin] as ApolloServerPlugin[],
    validationRules: armor.validationRules as ValidationRule[],
  };
}

/** Limit rules throw plain errors, which would answer 200; a refused document is the client's mistake: 400. */
const refusalStatusPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async validationDidStart() {
        return async (errors) => {
          for (const e of errors ?? []) {
            if (e instanceof GraphQLError && !e.extensions['http']) Object.assign(e.extensions, { http: { status: 400 } });
          }
        };
      },
    };
  },
};
