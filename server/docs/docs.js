// Shows the OpenAPI document of the server that this page came from.

import { keepAtAnchor } from "./anchor.js";
import { forReaders, slug } from "./document.js";
import { keepMended } from "./mend.js";
import { storePanel } from "./store.js";

// All addresses are relative to the page, which can lie behind a path prefix.
const absolute = (path) => new URL(path, document.baseURI).href;

keepMended();
keepAtAnchor();
const response = await fetch(absolute("openapi.json"));
const panel = storePanel(absolute("api"));

Scalar.createApiReference("#docs", {
  content: forReaders(await response.json(), absolute("api")),
  slug: "lox",

  // Short anchors, which stay the same when a summary or a path changes.
  generateTagSlug: ({ name }) => slug(name),
  generateOperationSlug: ({ operationId, method, path }) => operationId ?? `${method}${path}`,
  generateWebhookSlug: ({ name }) => name,
  // Readers see the first operation in the sidebar without a click.
  defaultOpenAllTags: true,
  // Each operation shows the fields of its schemas: a list of a hundred schemas would only repeat them.
  hideModels: true,

  // A key is a secret: it is gone with the page.
  persistAuth: false,
  // No other host hears of this page or of its document.
  telemetry: false,
  withDefaultFonts: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
  documentDownloadType: "none",
  // The colors follow the system.
  hideDarkModeToggle: true,
  // The document has code samples: those that Scalar generates would only repeat them.
  hiddenClients: true,

  plugins: [() => ({
    name: "lox",
    extensions: [{ name: "x-lox-store-panel", component: panel }],
  })],
});
