import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { isKnownEvent, type WebhookEvent } from '@backlox/lox';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

import { again, type Answer, patience } from './call.js';
import { mismatch } from './match.js';
import type { Awaited, Expectation } from './table.js';
import { fit } from './types.js';
import type { Variables } from './values.js';

interface Message {
  path: string;
  headers: Headers;
  body: Buffer;
}

/** Keeps the webhooks that came until a step takes them. It answers …/STATUS and …/STATUS/anything with that status. */
export class Receiver {
  readonly #messages: Message[] = [];
  readonly #arrivals = new EventEmitter();
  readonly #server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://receiver');
    const status = pathname.split('/').find((part) => /^[2-5]\d\d$/.test(part));
    this.#keep(pathname, request).then(
      () => response.writeHead(Number(status ?? 404)).end(),
      () => response.destroy(), // the sender went away
    );
  });

  async listen(address: string): Promise<void> {
    const { hostname, port } = new URL(`tcp://${address}`);
    this.#server.listen(Number(port), hostname.replace(/^\[|\]$/g, ''));
    await once(this.#server, 'listening');
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #keep(path: string, request: IncomingMessage): Promise<void> {
    const body = await buffer(request);
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
    this.#messages.push({ path, headers: new Headers(headers), body });
    this.#arrivals.emit('message');
  }

  /** Removes and returns the first message that is wanted, waiting for it. */
  async take(wanted: (message: Message) => boolean, signal: AbortSignal): Promise<Message> {
    for (;;) {
      const i = this.#messages.findIndex(wanted);
      if (i >= 0) return this.#messages.splice(i, 1)[0]!;
      await once(this.#arrivals, 'message', { signal }).catch(() => {
        const others = this.#messages.map(({ path, body }) => `\n${path} ${body}`);
        throw new Error(`no such webhook came${others.length > 0 ? ', but' : ''}${others.join('')}`);
      });
    }
  }
}

/** Waits for a webhook and checks everything about it. */
export async function receive(
  receiver: Receiver,
  { path, event, secrets }: Awaited,
  expect: Expectation,
  variables: Variables,
): Promise<Answer> {
  const want = variables.fill(expect.body ?? { $any: true });
  const end = variables.text(path);
  const message = await receiver.take(
    ({ path: sentTo, body }) => sentTo.endsWith(end) && mismatch('', want, decoded(body)) === undefined,
    AbortSignal.timeout(patience),
  );
  verify(message, secrets.map((secret) => variables.text(secret)));
  return { status: expect.status, headers: message.headers, raw: message.body, body: typed(event, message.body) };
}

/** Decodes the body of a webhook, of which the client must tell by itself that its schema is the named one. */
function typed(schema: string, body: Buffer): unknown {
  const event = decoded(body);
  fit(`lox.${schema}`, event);
  fit('lox.WebhookEvent', event);
  const { event: type } = event as WebhookEvent;
  if (isKnownEvent(event as WebhookEvent)) fit(`Extract<lox.KnownEvent, { event: ${JSON.stringify(type)} }>`, event);
  else if (schema !== 'UnknownEvent') throw new Error(`${schema}: the client doesn't know ${type}`);
  return again(event, body);
}

/** A later version of LOX may send what this one's document doesn't name. */
export function takeUnknownEvent(): void {
  const event = { event: 'backup.restored', timestamp: '2024-01-15T10:31:12Z', data: { id: 'bkp_1' } };
  if (isKnownEvent(event)) throw new Error(`the client takes ${event.event} for an event that it knows`);
  typed('UnknownEvent', Buffer.from(JSON.stringify(event)));
}

/** As a receiver decodes a webhook: the client leaves it to JSON.parse. */
function decoded(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Checks the signatures: each of the secrets has signed, and an altered body passes for none. */
function verify({ headers, body }: Message, secrets: string[]): void {
  const altered = Buffer.from(body);
  const middle = altered.length >> 1;
  altered[middle] = altered[middle]! ^ 1;
  const standard = Object.fromEntries(headers);
  const simple = headers.get('X-LOX-Signature') ?? '';
  const mac = (secret: string, content: Buffer) => createHmac('sha256', secret).update(content).digest('hex');
  for (const secret of secrets) {
    const webhook = new Webhook(secret);
    webhook.verify(body, standard); // throws
    if (verifies(webhook, altered, standard)) throw new Error('webhook-signature: an altered body passes');
    if (mac(secret, altered) === simple) throw new Error('X-LOX-Signature: an altered body passes');
  }
  if (!secrets.some((secret) => mac(secret, body) === simple)) {
    throw new Error(`X-LOX-Signature: "${simple}" is by none of the secrets`);
  }
}

function verifies(webhook: Webhook, body: Buffer, headers: Record<string, string>): boolean {
  try {
    webhook.verify(body, headers, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}
