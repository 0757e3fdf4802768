// @hey-api/openapi-ts makes a function of each operation and a type of each schema, and brings its client along, so that
// the package depends on nothing. Vercel, OpenCode and PayPal are among its users, and it had releases in every month from
// March to July 2026. 0.95 of April is the last for Node.js 20, which LOX's other tools run on, too.
export default {
  input: './openapi/openapi.yaml',
  output: {
    path: 'gen/typescript/src',
    entryFile: false, // index.ts is ours
    header: '// Made from openapi/openapi.yaml by make gen. Changes belong there.',
    importFileExtension: '.js', // what Node.js resolves in ES modules
    tsConfigPath: null,
  },
  parser: {
    patch: {
      input({ paths, components: { callbacks, parameters, schemas } }) {
        // One type for whatever a webhook gets, told apart by `event`.
        const events = Object.keys(schemas).filter((name) => schemas[name].properties?.event?.enum?.length === 1);
        schemas.WebhookEvent = {
          description: 'The body of a request to a webhook. A later server may send types that are not among these.',
          oneOf: events.map((name) => ({ $ref: `#/components/schemas/${name}` })),
        };

        // Callbacks are requests that LOX sends. Of their parameters no types are needed: HTTP servers know headers
        // as strings.
        const sent = Object.values(callbacks).flatMap((callback) => Object.values(callback));
        for (const { $ref } of sent.flatMap((path) => path.post.parameters)) delete parameters[$ref.split('/').pop()];
        for (const path of Object.values(paths)) for (const method of Object.values(path)) delete method.callbacks;
        for (const name of Object.keys(callbacks)) delete callbacks[name];
      },
    },
  },
  plugins: [
    '@hey-api/typescript',
    // No client that all callers share: programs may use the keys of several tenants.
    { name: '@hey-api/sdk', client: false },
    '@hey-api/client-fetch',
  ],
  interactive: false,
  logs: { file: false },
};
