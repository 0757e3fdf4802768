// Makes the page from the document of the server that it came from.

const absolute = (path) => new URL(path, document.baseURI).href;

// What a reader has no use for: the texts of refusals, which the server takes from the document.
const readable = (doc) => JSON.parse(JSON.stringify(doc, (key, value) => (key === "x-error-messages" ? undefined : value)));

const lox = {
  wrapComponents: {
    // Every response has the same headers: they are there for who asks.
    headers: (Headers, { React: { createElement } }) => (props) =>
      createElement("details", null, createElement("summary", null, "Headers"), createElement(Headers, props)),
  },
  statePlugins: {
    spec: {
      wrapActions: {
        // The document names servers of its own; what is tried out here goes to this one.
        updateJsonSpec: (update) => (doc) =>
          update({ ...readable(doc), servers: [{ url: absolute("api"), description: "This server" }] }),
      },
      wrapSelectors: {
        // A parameter starts empty, not with its example: that would be a filter that nobody asked for.
        parameterWithMetaByIdentity: (select) => (...args) => {
          const parameter = select(...args);
          return parameter?.get("value") === undefined ? parameter?.set("value", null) : parameter;
        },
      },
    },
  },
};

SwaggerUIBundle({
  dom_id: "#docs",
  url: absolute("openapi.json"),
  plugins: [lox],
  deepLinking: true,
  displayRequestDuration: true,
  showExtensions: true,
  // A key is a secret: it is gone with the page.
  persistAuthorization: false,
  // Nor does any other host hear of the document.
  validatorUrl: null,
});

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
