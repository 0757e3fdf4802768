// @hey-api/openapi-ts makes a function of each operation and a type of each schema, and brings its client along, so that
// the package depends on nothing. Vercel, OpenCode and PayPal are among its users, and it had releases in every month from
// March to July 2026. 0.95 of April is the last for Node.js 20, which LOX's other tools run on, too.
export default {
  input: './gen/document/openapi.yaml',
  output: {
    path: 'gen/typescript/src',
    entryFile: false, // index.ts is ours
    header: '// Made from openapi/openapi.yaml by make gen. Changes belong there.',
    importFileExtension: '.js', // what Node.js resolves in ES modules
    tsConfigPath: null,
  },
  plugins: [
    { name: '@hey-api/typescript', '~resolvers': { string: openEnumeration } },
    // No client that all callers share: programs may use the keys of several tenants.
    { name: '@hey-api/sdk', client: false },
    '@hey-api/client-fetch',
  ],
  interactive: false,
  logs: { file: false },
};

/** The known values, which editors then offer, or any other string. Undefined, of another schema, leaves it to the generator. */
function openEnumeration({ $, schema }) {
  const known = schema['x-extensible-enum'];
  return known && $.type.or(...known.map((value) => $.type.literal(value)), $.type.and($.type('string'), $.type.object()));
}
