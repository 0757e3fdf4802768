// The adapter of the TypeScript client. The README of the contract says what an adapter does.
import { createInterface } from 'node:readline';

import * as lox from '@backlox/lox';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

import { checkType } from './types.js';

/** Longer than any request may take, in milliseconds. */
const requestTimeout = 60_000;

interface AdapterRequest {
  id: number;
  do: string;
  base: string;
  operation: string;
  path: { name: string; value: string }[];
  query: Values;
  header: Values;
  body?: unknown;
  key: string | null;
  method: string;
  url: string;
  headers: { [name: string]: string };
  content: string | null;
  secret: string;
  type: string;
}

type Values = { [name: string]: unknown };

/** The common type of the client's functions. */
type Operation = (options: Values) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

const actions: { [name: string]: (request: AdapterRequest) => Promise<Values> } = { call, request, verify, event };

/** Calls an operation by the function of the client that has its name. */
async function call({ base, operation, path, query, header, body, key }: AdapterRequest): Promise<Values> {
  const type = `lox.${operation[0]!.toUpperCase()}${operation.slice(1)}`;
  const given: Values = {};
  if (path.length > 0) given['path'] = Object.fromEntries(path.map(({ name, value }) => [name, value]));
  if (Object.keys(query).length > 0) given['query'] = query;
  if (Object.keys(header).length > 0) given['headers'] = header;
  if (body !== undefined) given['body'] = body;
  checkType(`Omit<${type}Data, 'url'>`, given);

  const client = lox.createClient({ baseUrl: base, auth: key ?? undefined });
  const send = (lox as Values)[operation] as Operation;
  const { data, error, response } = await send({ ...given, client, signal: AbortSignal.timeout(requestTimeout) });
  const value = response.ok ? data : error;
  checkType(`${type}${response.ok ? 'Responses' : 'Errors'}[${response.status}]`, value);
  return { status: response.status, headers: Object.fromEntries(response.headers), value };
}

/** Makes a plain HTTP request. */
async function request({ method, url, headers, content }: AdapterRequest): Promise<Values> {
  const response = await fetch(url, {
    method,
    headers,
    body: content ? Buffer.from(content, 'base64') : null,
    redirect: 'manual',
    signal: AbortSignal.timeout(requestTimeout),
  });
  const body = Buffer.from(await response.arrayBuffer()).toString('base64');
  return { status: response.status, headers: Object.fromEntries(response.headers), content: body };
}

/** Tells whether a webhook is signed with the secret. */
async function verify({ secret, headers, content }: AdapterRequest): Promise<Values> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  try {
    new Webhook(secret).verify(Buffer.from(content ?? '', 'base64'), lower, { jsonParse: false });
    return { verified: true };
  } catch (error) {
    if (error instanceof WebhookVerificationError) return { verified: false };
    throw error;
  }
}

/** Decodes the body of a webhook as users of the client do it: by JSON.parse, then isKnownEvent. */
async function event({ content, type }: AdapterRequest): Promise<Values> {
  const value = JSON.parse(Buffer.from(content ?? '', 'base64').toString()) as lox.WebhookEvent;
  checkType('lox.WebhookEvent', value);
  if (!lox.isKnownEvent(value)) {
    checkType('lox.UnknownEvent', value);
    return { type: 'UnknownEvent', value };
  }
  checkType(`Extract<lox.KnownEvent, { event: ${JSON.stringify(value.event)} }>`, value);
  checkType(`lox.${type}`, value);
  return { type: type === 'UnknownEvent' ? 'KnownEvent' : type, value };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as AdapterRequest;
  let reply: Values;
  try {
    reply = await actions[message.do]!(message);
  } catch (error) {
    reply = { error: error instanceof Error ? `${error.message} ${error.cause ?? ''}` : String(error) };
  }
  console.log(JSON.stringify({ id: message.id, ...reply }));
}
