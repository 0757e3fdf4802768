import { setTimeout as sleep } from 'node:timers/promises';

import * as lox from '@backlox/lox';

import { equal } from './match.js';
import type { Plain, Step, Values } from './table.js';
import { fit, members } from './types.js';
import { isObject, type Variables, written } from './values.js';

/** How long a webhook may be on its way, and an eventual step may fail, in milliseconds. */
export const patience = 30_000;

/** More than any answer takes, in milliseconds. */
const requestTimeout = 60_000;

/** What came of a step: `body` is decoded, and null if it is no JSON. */
export interface Answer {
  status: number | undefined; // a webhook has none
  headers: Headers;
  raw: Buffer;
  body: unknown;
}

/**
 * Calls an operation through the client, and again after a 429 that the step doesn't expect: who runs this against a
 * server of their own may have a small plan.
 */
export async function call(step: Step & { call: string }, variables: Variables): Promise<Answer> {
  for (;;) {
    const answer = await callOnce(step, variables);
    if (answer.status !== 429 || step.expect?.status === 429) return answer;
    const after = answer.headers.get('Retry-After') ?? '';
    if (!/^\d+$/.test(after)) throw new Error(`429 with Retry-After: "${after}"`);
    await sleep(Number(after) * 1000);
  }
}

async function callOnce(step: Step & { call: string }, variables: Variables): Promise<Answer> {
  const operation = (lox as Values)[step.call];
  if (typeof operation !== 'function') throw new Error(`the client has no ${step.call}`);
  const type = `lox.${step.call[0]!.toUpperCase()}${step.call.slice(1)}`;
  const options = argumentsOf(step, type, variables);

  const client = lox.createClient({
    baseUrl: variables.text('${base}'),
    auth: step.key === null ? undefined : variables.text(step.key || '${key}'),
  });
  let raw = Buffer.alloc(0);
  client.interceptors.response.use(async (response) => {
    raw = Buffer.from(await response.clone().arrayBuffer());
    return response;
  });
  const { data, error, response } = await (operation as Operation)({ ...options, client, signal: AbortSignal.timeout(requestTimeout) });
  const { status, headers, ok } = response;
  const typed = ok ? data : error;
  try {
    fit(`${type}${ok ? 'Responses' : 'Errors'}[${status}]`, typed);
    return { status, headers, raw, body: again(typed, raw) };
  } catch (error) {
    throw new Error(`${step.call}: the answer ${status} ${raw.toString().slice(0, 2000)}`, { cause: error });
  }
}

/** What the functions of the client have in common. */
type Operation = (options: Values) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** The parameters in their places, and the body: nothing but what a program could pass that the compiler takes. */
function argumentsOf(step: Step, type: string, variables: Variables): Values {
  const options: { [place: string]: Values } = {};
  for (const [name, value] of Object.entries(step.parameters ?? {})) {
    const place = ['path', 'query', 'headers'].find((place) => members(`${type}Data['${place}']`).includes(name));
    if (!place) throw new Error(`${step.call} takes no parameter ${name}`);
    options[place] = { ...options[place], [name]: variables.fill(value) };
  }
  const all = step.body == null ? options : { ...options, body: variables.fill(step.body) };
  fit(`Omit<${type}Data, 'url'>`, all);
  return all;
}

/** Encodes a typed value and returns it decoded, which must be what came. */
export function again(typed: unknown, raw: Buffer): unknown {
  const encoded = JSON.stringify(typed);
  const body: unknown = JSON.parse(encoded);
  if (!equal(JSON.parse(raw.toString()), body)) {
    throw new Error(`the client loses something:\ncame    ${raw}\nencodes ${encoded}`);
  }
  return body;
}

/** Makes a plain HTTP request. */
export async function plain(
  { method, url, headers, payload, text }: Plain,
  variables: Variables,
  payloads: Map<string, Buffer>,
): Promise<Answer> {
  const content = text ? Buffer.from(variables.text(text)) : payload ? bytes(payloads, payload) : undefined;
  const filled = variables.fill(headers ?? {});
  if (!isObject(filled)) throw new Error(`headers: must be a map, came ${JSON.stringify(filled)}`);
  const response = await fetch(variables.text(url), {
    method,
    // Its length is that of the bytes: fetch would wait for as many as were declared.
    headers: Object.entries(filled)
      .filter(([name]) => name.toLowerCase() !== 'content-length')
      .map(([name, value]): [string, string] => [name, written(value)]),
    body: content ?? null,
    redirect: 'manual',
    signal: AbortSignal.timeout(requestTimeout),
  });
  const raw = Buffer.from(await response.arrayBuffer());
  const json = response.headers.get('Content-Type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, raw, body: json ? JSON.parse(raw.toString()) : null };
}

/** The payload of that name. */
export function bytes(payloads: Map<string, Buffer>, name: string): Buffer {
  const content = payloads.get(name);
  if (!content) throw new Error(`no payload ${name}`);
  return content;
}
