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
  parseOptions: { maxTokens: number };
}

/** Depth, alias, directive, token and cost limits, and no suggestions of field names. */
export function graphqlProtection(open: boolean): GraphqlProtection {
  const armor = new ApolloArmor({
    maxDepth: { enabled: !open, n: LIMITS.depth },
    maxAliases: { enabled: true, n: LIMITS.aliases },
    maxDirectives: { enabled: true, n: LIMITS.directives },
    // The parser counts tokens itself (parseOptions); this plug-in would answer syntax errors with status 500.
    maxTokens: { enabled: false },
    costLimit: {
      enabled: !open,
      maxCost: LIMITS.cost,
      objectCost: 2,
      scalarCost: 1,
      depthCostFactor: 1.3,
      ignoreIntrospection: false,
    },
    blockFieldSuggestion: { enabled: !open, mask: '[hidden]' },
  }).protect();
  return {
    plugins: [...armor.plugins, refusalStatusPlugin, legacyStatusPlugin] as ApolloServerPlugin[],
    validationRules: armor.validationRules as ValidationRule[],
    parseOptions: { maxTokens: LIMITS.tokens },
  };
}

/** Limit rules throw plain errors, which would answer 200; a refused document is the client's mistake: 400. */
const refusalStatusPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async validationDidStart() {
        return async (errors) => {
          for (const e of errors ?? []) {
            if (e instanceof GraphQLError && !e.extensions['http'])
              Object.assign(e.extensions, { http: { status: 400 } });
          }
        };
      },
    };
  },
};

const DOCUMENT_CODES = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** GraphQL over HTTP: to a client that only knows application/json, a document's errors are a response like any other. */
const legacyStatusPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response, errors }) {
        const modern = request.http?.headers.get('accept')?.includes('application/graphql-response+json') ?? false;
        if (modern || response.http.status !== 400) return;
        if (errors?.every((e) => DOCUMENT_CODES.has(String(e.extensions['code'])))) response.http.status = 200;
      },
    };
  },
};
