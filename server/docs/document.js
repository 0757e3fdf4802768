// Turns the published document into the one that this page shows.

// Notes for the server and for code generators, of no use to readers.
const hidden = new Set(["x-error-messages", "x-read-only", "x-not-found", "x-enum-varnames"]);

const methods = ["get", "put", "post", "patch", "delete"];

// slug makes the part of an anchor that names a tag.
export const slug = (name) => name.toLowerCase().replaceAll(" ", "-");

const storeTag = "Store a file";

// forReaders returns a changed copy of the document, in which all requests go to server.
export function forReaders(published, server) {
  const doc = JSON.parse(JSON.stringify(published, (key, value) => (hidden.has(key) ? undefined : value)));
  // The document names servers of its own; what is tried out here goes to this one.
  doc.servers = [{ url: server, description: "This server" }];

  for (const item of Object.values(doc.paths)) {
    for (const method of methods) {
      if (item[method]) describeLimits(item[method]);
      leaveOut(item[method]?.parameters);
    }
    leaveOut(item.parameters);
  }
  leaveOut(Object.values(doc.components.parameters ?? {}));
  nameKnownValues(doc);
  // OpenAPI 3.0 has no webhooks. Scalar reads them where OpenAPI 3.1 has them.
  doc.webhooks = doc["x-webhooks"];
  delete doc["x-webhooks"];
  for (const [name, item] of Object.entries(doc.webhooks ?? {})) {
    // Readers look for the name that their code compares.
    if (item.post) item.post.summary = name;
  }
  addStoreTag(doc);
  addOverview(doc);
  return doc;
}

// leaveOut has the request editor start without the optional parameters: their examples would
// be filters that nobody asked for. They are there to be ticked.
function leaveOut(parameters = []) {
  for (const parameter of parameters) {
    if (parameter.required || parameter.example === undefined) continue;
    parameter.examples = { example: { value: parameter.example, "x-disabled": true } };
    delete parameter.example;
  }
}

// nameKnownValues adds the values of open enumerations to their descriptions: Scalar shows only
// those of enum.
function nameKnownValues(part) {
  if (part === null || typeof part !== "object") return;
  const known = part["x-extensible-enum"];
  if (Array.isArray(known)) {
    const values = known.map((value) => `\`${value}\``).join(", ");
    part.description = `${part.description ?? ""}\n\nKnown values: ${values}.`;
    delete part["x-extensible-enum"];
  }
  for (const member of Object.values(part)) nameKnownValues(member);
}

// describeLimits says below an operation's description what a call needs and counts as.
function describeLimits(operation) {
  const facts = [];
  if (operation["x-required-scope"]) facts.push(`Required scope: \`${operation["x-required-scope"]}\``);
  if (operation["x-rate-limit-class"]) facts.push(`Rate limit class: \`${operation["x-rate-limit-class"]}\``);
  if (facts.length > 0) operation.description = `${operation.description ?? ""}\n\n${facts.join(" · ")}`;
}

// addStoreTag adds the section that store.js fills: the upload is a request to a signed URL and
// no operation of the document, so Scalar can't send it.
function addStoreTag(doc) {
  const tag = {
    name: storeTag,
    description: "Try it out here: create a backup, upload a file to its signed URL, have the server verify the file, and download it.",
    "x-lox-store-panel": true,
  };
  const tags = (doc.tags ??= []);
  const [guide] = doc["x-tagGroups"] ?? [];
  if (guide) {
    guide.tags.splice(1, 0, storeTag);
    tags.splice(1, 0, tag);
  } else {
    tags.unshift(tag);
  }
}

// addOverview adds links to the introduction, so that a narrow window without a sidebar shows
// operations at once, and puts into words what Scalar would show as icons without a text.
function addOverview(doc) {
  const operations = Object.values(doc.paths).flatMap((item) => methods.flatMap((method) => item[method] ?? []));
  const tags = [...new Set(operations.flatMap((operation) => operation.tags ?? []))];
  const toTag = (tag) => `[${tag}](#tag/${slug(tag)})`;
  const toOperation = ({ tags: [tag], summary, operationId }) => `[${summary}](#tag/${slug(tag)}/${operationId})`;
  const [first, ...others] = tags;
  const lines = [
    `${toTag(storeTag)} on this page, with your key and a file of yours.`,
    `${toTag(first)}: ${operations.filter((operation) => operation.tags?.[0] === first).map(toOperation).join(", ")}.`,
    `Other resources: ${others.map(toTag).join(", ")}.`,
  ];

  const { contact, license } = doc.info;
  const about = ["OpenAPI document as [YAML](openapi.yaml) or [JSON](openapi.json)"];
  if (license) about.push(`[${license.name}](${license.url})`);
  if (contact) about.push(`[${contact.name}](${contact.url})`);
  if (doc.externalDocs) about.push(`[${doc.externalDocs.description}](${doc.externalDocs.url})`);
  delete doc.info.license;
  delete doc.info.contact;
  delete doc.externalDocs;

  doc.info.description = [doc.info.description, ...lines, about.join(" · ")].join("\n\n");
}
