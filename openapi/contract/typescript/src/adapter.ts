// The adapter of the TypeScript client for the contract, whose README says what an adapter does.
import { createInterface } from 'node:readline';

import * as lox from '@backlox/lox';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

import { fit } from './types.js';

/** More than any answer takes, in milliseconds. */
const requestTimeout = 60_000;

interface Asked {
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

/** What the functions of the client have in common. */
type Operation = (options: Values) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

const actions: { [name: string]: (asked: Asked) => Promise<Values> } = { call, request, verify, event };

/** Calls an operation by the function of the client of that name. */
async function call({ base, operation, path, query, header, body, key }: Asked): Promise<Values> {
  const type = `lox.${operation[0]!.toUpperCase()}${operation.slice(1)}`;
  const given: Values = {};
  if (path.length > 0) given['path'] = Object.fromEntries(path.map(({ name, value }) => [name, value]));
  if (Object.keys(query).length > 0) given['query'] = query;
  if (Object.keys(header).length > 0) given['headers'] = header;
  if (body !== undefined) given['body'] = body;
  fit(`Omit<${type}Data, 'url'>`, given);

  const client = lox.createClient({ baseUrl: base, auth: key ?? undefined });
  const send = (lox as Values)[operation] as Operation;
  const { data, error, response } = await send({ ...given, client, signal: AbortSignal.timeout(requestTimeout) });
  const value = response.ok ? data : error;
  fit(`${type}${response.ok ? 'Responses' : 'Errors'}[${response.status}]`, value);
  return { status: response.status, headers: Object.fromEntries(response.headers), value };
}

/** Makes a plain HTTP request. */
async function request({ method, url, headers, content }: Asked): Promise<Values> {
  const response = await fetch(url, {
    method,
    headers,
    body: content ? Buffer.from(content, 'base64') : null,
    redirect: 'manual',
    signal: AbortSignal.timeout(requestTimeout),
  });
  const came = Buffer.from(await response.arrayBuffer()).toString('base64');
  return { status: response.status, headers: Object.fromEntries(response.headers), content: came };
}

/** Tells whether the headers of a webhook are signed by the secret. */
async function verify({ secret, headers, content }: Asked): Promise<Values> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  try {
    new Webhook(secret).verify(Buffer.from(content ?? '', 'base64'), lower, { jsonParse: false });
    return { verified: true };
  } catch (error) {
    if (error instanceof WebhookVerificationError) return { verified: false };
    throw error;
  }
}

/** Reads the body of a webhook: the client leaves it to JSON.parse, and tells whether it knows the type of the event. */
async function event({ content, type }: Asked): Promise<Values> {
  const value = JSON.parse(Buffer.from(content ?? '', 'base64').toString()) as lox.WebhookEvent;
  fit('lox.WebhookEvent', value);
  if (!lox.isKnownEvent(value)) {
    fit('lox.UnknownEvent', value);
    return { type: 'UnknownEvent', value };
  }
  fit(`Extract<lox.KnownEvent, { event: ${JSON.stringify(value.event)} }>`, value);
  fit(`lox.${type}`, value);
  return { type: type === 'UnknownEvent' ? 'KnownEvent' : type, value };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as Asked;
  let reply: Values;
  try {
    reply = await actions[asked.do]!(asked);
  } catch (error) {
    reply = { error: error instanceof Error ? `${error.message} ${error.cause ?? ''}` : String(error) };
  }
  console.log(JSON.stringify({ id: asked.id, ...reply }));
}
