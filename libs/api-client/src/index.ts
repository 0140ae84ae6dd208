export * from './graphql.js';
export * from './first-data.js';
