import { client as hosted } from './client.gen.js';
import { type Client, type Config, createClient as create } from './client/index.js';
import type { ErrorResponse, KnownEvent, WebhookEvent } from './types.gen.js';

export type { Client, Config, RequestResult } from './client/index.js';
export * from './sdk.gen.js';
export type * from './types.gen.js';

/**
 * A client of one tenant: `auth` is the API key, `baseUrl` the server's address with `/api`, which is the hosted service's
 * unless given.
 *
 * Functions return `{ data, error, request, response }`, where `error` is what LOX answered from 400 up. They throw when
 * there was no answer, as `fetch` does, and when it wasn't LOX that answered, but a proxy, say: the `cause` is the response.
 */
export function createClient(config: Config): Client {
  const client = create({ ...hosted.getConfig(), parseAs: 'json', ...config });
  // Without this, `error` would have the type of LOX's errors and yet be something else.
  client.interceptors.error.use((error, response: Response | undefined) => {
    if (!response) throw error;
    if (typeof (error as Partial<ErrorResponse> | null)?.error?.code === 'string') return error;
    throw new Error(`No answer of LOX: ${response.status} ${response.statusText}`, { cause: response });
  });
  return client;
}

const knownEvents: Record<KnownEvent['event'], true> = {
  'backup.completed': true,
  'backup.failed': true,
  'backup.created': true,
  'backup.deleted': true,
  'storage.quota_warning': true,
  'api_key.created': true,
  'api_key.revoked': true,
  'webhook.disabled': true,
  'webhook.test': true,
};

/**
 * Whether this version of the package names the type of an event. The compiler can't tell by `event.event`, which is any
 * string in an event of a type that a later version of LOX adds.
 */
export function isKnownEvent(event: WebhookEvent): event is KnownEvent {
  return Object.hasOwn(knownEvents, event.event);
}
