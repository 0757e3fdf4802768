// Made from openapi/openapi.yaml by make gen. Changes belong there.

import type { Client, Options as Options2, TDataShape } from './client/index.js';
import type { CompleteBackupData, CompleteBackupErrors, CompleteBackupResponses, CreateApiKeyData, CreateApiKeyErrors, CreateApiKeyResponses, CreateBackupData, CreateBackupErrors, CreateBackupResponses, CreatePartUploadsData, CreatePartUploadsErrors, CreatePartUploadsResponses, CreateWebhookData, CreateWebhookErrors, CreateWebhookResponses, DeleteBackupData, DeleteBackupErrors, DeleteBackupResponses, DeleteWebhookData, DeleteWebhookErrors, DeleteWebhookResponses, GetBackupData, GetBackupDownloadData, GetBackupDownloadErrors, GetBackupDownloadResponses, GetBackupErrors, GetBackupResponses, GetEventData, GetEventErrors, GetEventResponses, GetStorageData, GetStorageErrors, GetStorageResponses, GetStorageStatsData, GetStorageStatsErrors, GetStorageStatsResponses, GetTenantData, GetTenantErrors, GetTenantResponses, GetWebhookData, GetWebhookDeliveryData, GetWebhookDeliveryErrors, GetWebhookDeliveryResponses, GetWebhookErrors, GetWebhookResponses, ListApiKeysData, ListApiKeysErrors, ListApiKeysResponses, ListBackupsData, ListBackupsErrors, ListBackupsResponses, ListEventsData, ListEventsErrors, ListEventsResponses, ListPartsData, ListPartsErrors, ListPartsResponses, ListWebhookDeliveriesData, ListWebhookDeliveriesErrors, ListWebhookDeliveriesResponses, ListWebhooksData, ListWebhooksErrors, ListWebhooksResponses, RecoverWebhookData, RecoverWebhookErrors, RecoverWebhookResponses, RedeliverWebhookDeliveryData, RedeliverWebhookDeliveryErrors, RedeliverWebhookDeliveryResponses, RenewUploadUrlData, RenewUploadUrlErrors, RenewUploadUrlResponses, RevokeApiKeyData, RevokeApiKeyErrors, RevokeApiKeyResponses, RotateApiKeyData, RotateApiKeyErrors, RotateApiKeyResponses, RotateWebhookSecretData, RotateWebhookSecretErrors, RotateWebhookSecretResponses, TestWebhookData, TestWebhookErrors, TestWebhookResponses, UpdateTenantData, UpdateTenantErrors, UpdateTenantResponses, UpdateWebhookData, UpdateWebhookErrors, UpdateWebhookResponses } from './types.gen.js';

export type Options<TData extends TDataShape = TDataShape, ThrowOnError extends boolean = boolean, TResponse = unknown> = Options2<TData, ThrowOnError, TResponse> & {
    /**
     * You can provide a client instance returned by `createClient()` instead of
     * individual options. This might be also useful if you want to implement a
     * custom client.
     */
    client: Client;
    /**
     * You can pass arbitrary values through the `meta` object. This can be
     * used to access values that aren't defined as part of the SDK function.
     */
    meta?: Record<string, unknown>;
};

/**
 * List backups
 *
 * Returns the tenant's backups, newest first (by `created_at`, then by `id`). A backup must match all filters
 * given. `total` is the exact number of backups that match, over all pages, whatever the filters are.
 *
 * Page with `limit` and `offset`, or for long lists follow `next_cursor`: a page fetched by `cursor` is equally fast
 * at any depth, and backups created in the meantime do not move items between pages.
 */
export const listBackups = <ThrowOnError extends boolean = false>(options: Options<ListBackupsData, ThrowOnError>) => options.client.get<ListBackupsResponses, ListBackupsErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups',
    ...options
});

/**
 * Create a backup
 *
 * Reserves `size_bytes` of the quota, creates a backup in status `pending` and returns the URL to upload the file
 * to. Send the file there with one `PUT`, with every header of `upload_headers`, then call `completeBackup`.
 *
 * With `multipart`, which files above 5 GiB and streams of unknown size need, there is no `upload_url`: the answer says
 * in `multipart` how large the parts are, and `createPartUploads` returns their URLs. The guide explains it under Large files.
 *
 * The URL is valid for 30 minutes unless the server is configured otherwise (`upload_expires_at`). Size, content type
 * and checksum are part of its signature: the store refuses any other. Until the URL expires, an upload that broke
 * off can be sent to it again. The guide has the errors of uploads under Errors. A backup that is not completed is
 * ended at the earliest 15 minutes after the URL has expired: if the whole file was uploaded, the backup is completed,
 * and else it fails, and its part of the quota is released.
 *
 * With an `Idempotency-Key` the request can be repeated safely for 24 hours: the same body returns the same backup
 * and `Idempotent-Replayed: true` instead of creating another. While the backup is `pending`, the URL is a fresh
 * one. After that it is the last one that was given out, and uploading to it again changes nothing. Once the backup
 * was deleted, the key answers 409: it never creates a second one.
 *
 * A request that is refused, or that returns a backup which was created before, counts as an API call instead of an
 * upload.
 */
export const createBackup = <ThrowOnError extends boolean = false>(options: Options<CreateBackupData, ThrowOnError>) => options.client.post<CreateBackupResponses, CreateBackupErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete a backup
 *
 * Deletes a backup in any status, for good, and releases its part of the quota. Its stored bytes are removed shortly
 * after. From then on, its signed URLs no longer work. Deleting it a second time answers 404.
 */
export const deleteBackup = <ThrowOnError extends boolean = false>(options: Options<DeleteBackupData, ThrowOnError>) => options.client.delete<DeleteBackupResponses, DeleteBackupErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups/{id}',
    ...options
});

/**
 * Get a backup
 *
 * Returns one backup in its present status. Poll it to follow a verification that `completeBackup` answered with
 * 202: `verified_bytes` says how far it is.
 */
export const getBackup = <ThrowOnError extends boolean = false>(options: Options<GetBackupData, ThrowOnError>) => options.client.get<GetBackupResponses, GetBackupErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups/{id}',
    ...options
});

/**
 * Mark an upload as complete
 *
 * Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum` declared at
 * creation, if one was. Call it once the `PUT`, or that of all parts, has succeeded. Parts are put together first.
 *
 * The body may be left out, unless the backup is a stream: then `size_bytes` is required. A `checksum` in it counts like one
 * that was declared at creation.
 *
 * Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with status `verifying`;
 * then poll `getBackup`. Repeating the call is safe: it returns the backup as it is, once completed. Bytes that were
 * uploaded in time complete even if the URL has expired since. A mismatch of the checksum fails the backup for good.
 */
export const completeBackup = <ThrowOnError extends boolean = false>(options: Options<CompleteBackupData, ThrowOnError>) => options.client.post<CompleteBackupResponses, CompleteBackupErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups/{id}/complete',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get another upload URL
 *
 * Returns a fresh URL to upload the file of a `pending` backup to, valid for as long as the first one was. Use it when
 * the URL has expired, or when the store refuses it because the server's access to the store has changed since. The
 * request has no body. An upload to an earlier URL that is still under way is not disturbed. The URLs of parts come from
 * `createPartUploads` instead.
 */
export const renewUploadUrl = <ThrowOnError extends boolean = false>(options: Options<RenewUploadUrlData, ThrowOnError>) => options.client.post<RenewUploadUrlResponses, RenewUploadUrlErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups/{id}/upload-url',
    ...options
});

/**
 * List the parts that have arrived
 *
 * Returns the parts of a `pending` backup whose bytes are all in the store, in the order of their numbers. An upload that
 * broke off goes on with those that are missing.
 */
export const listParts = <ThrowOnError extends boolean = false>(options: Options<ListPartsData, ThrowOnError>) => options.client.get<ListPartsResponses, ListPartsErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups/{id}/parts',
    ...options
});

/**
 * Get upload URLs of parts
 *
 * Returns the URLs to upload up to 100 parts of a `pending` backup to, valid for as long as an upload URL is. Parts may be
 * uploaded in any order and several at once. A part that is uploaded again replaces the one before, and a URL can be asked
 * for again.
 *
 * All parts have `part_size_bytes`, but for the last, which has the rest. Of a stream the last part says its
 * `size_bytes`. A stream reserves quota up to the highest part whose URL was asked for.
 */
export const createPartUploads = <ThrowOnError extends boolean = false>(options: Options<CreatePartUploadsData, ThrowOnError>) => options.client.post<CreatePartUploadsResponses, CreatePartUploadsErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups/{id}/parts',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get a download URL
 *
 * Returns a signed URL from which anyone who has it can fetch the bytes of a completed backup, without an API key,
 * until `expires_at` (60 minutes unless the server is configured otherwise). It accepts `Range` requests, so that a
 * download cut short can be resumed. Compare the SHA-256 of what arrived with `checksum`.
 */
export const getBackupDownload = <ThrowOnError extends boolean = false>(options: Options<GetBackupDownloadData, ThrowOnError>) => options.client.get<GetBackupDownloadResponses, GetBackupDownloadErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/backups/{id}/download',
    ...options
});

/**
 * Get storage usage and quota
 *
 * Returns how much of the quota the tenant's backups take. `used_bytes`, `backup_count` and the two dates cover
 * completed backups; what is `pending` or `verifying` counts as reserved. A new backup must fit into what is left of
 * `quota_bytes` after both.
 */
export const getStorage = <ThrowOnError extends boolean = false>(options: Options<GetStorageData, ThrowOnError>) => options.client.get<GetStorageResponses, GetStorageErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/storage',
    ...options
});

/**
 * Get detailed storage statistics
 *
 * Returns counts and sizes by status and by content type, how storage developed over the last 30 days, and when the
 * quota will be full at the present rate of growth. Days are those of UTC.
 */
export const getStorageStats = <ThrowOnError extends boolean = false>(options: Options<GetStorageStatsData, ThrowOnError>) => options.client.get<GetStorageStatsResponses, GetStorageStatsErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/storage/stats',
    ...options
});

/**
 * Get tenant info
 *
 * Returns the tenant that the API key belongs to, with its plan, quota and rate limits.
 */
export const getTenant = <ThrowOnError extends boolean = false>(options: Options<GetTenantData, ThrowOnError>) => options.client.get<GetTenantResponses, GetTenantErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/tenant',
    ...options
});

/**
 * Update tenant settings
 *
 * Changes the fields that the body has and leaves all others as they are (a merge patch, RFC 7396): a value sets the field,
 * `null` removes it. Within `settings` the same holds for each key. An empty object changes nothing.
 *
 * Plan, status and quota are set by the operator of the service, so a body that has one of them is refused.
 */
export const updateTenant = <ThrowOnError extends boolean = false>(options: Options<UpdateTenantData, ThrowOnError>) => options.client.patch<UpdateTenantResponses, UpdateTenantErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/tenant',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List API keys
 *
 * Returns the tenant's API keys, newest first (by `created_at`, then by `id`), without the keys themselves: those are shown
 * only once, when they are made. A key that was revoked is not listed; one that has expired is, until it is revoked.
 */
export const listApiKeys = <ThrowOnError extends boolean = false>(options: Options<ListApiKeysData, ThrowOnError>) => options.client.get<ListApiKeysResponses, ListApiKeysErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/tenant/api-keys',
    ...options
});

/**
 * Create an API key
 *
 * Creates a key and returns it. **The response is the only place where `key` is ever shown**; the server keeps no more
 * than its SHA-256.
 *
 * A key can't create a key with more rights than its own. If the request's key has scopes, `scopes` is required and
 * can contain only those.
 */
export const createApiKey = <ThrowOnError extends boolean = false>(options: Options<CreateApiKeyData, ThrowOnError>) => options.client.post<CreateApiKeyResponses, CreateApiKeyErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/tenant/api-keys',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Revoke an API key
 *
 * Makes a key stop working, for good and on every server within a second. A request may revoke its own key. Revoking it a
 * second time answers 404.
 *
 * A key can only revoke keys whose scopes it has itself; otherwise the answer is 403. A key with full access (one without
 * scopes) can only be revoked while another one lasts at least as long, so that nobody locks themselves out.
 */
export const revokeApiKey = <ThrowOnError extends boolean = false>(options: Options<RevokeApiKeyData, ThrowOnError>) => options.client.delete<RevokeApiKeyResponses, RevokeApiKeyErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/tenant/api-keys/{id}',
    ...options
});

/**
 * Rotate an API key
 *
 * Creates a key with the name and the scopes of this one and returns it, `key` included: **it is shown only this once**. The
 * old key continues to work for `overlap_seconds`, a day unless the request says otherwise, so that the new one can
 * be put in place without a gap; after that it has expired. With 0 it stops working at once.
 *
 * The body may be left out. A key that was rotated before, or has expired, can't be rotated.
 */
export const rotateApiKey = <ThrowOnError extends boolean = false>(options: Options<RotateApiKeyData, ThrowOnError>) => options.client.post<RotateApiKeyResponses, RotateApiKeyErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/tenant/api-keys/{id}/rotate',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List webhooks
 *
 * Returns the tenant's webhooks, newest first (by `created_at`, then by `id`), without their secrets.
 */
export const listWebhooks = <ThrowOnError extends boolean = false>(options: Options<ListWebhooksData, ThrowOnError>) => options.client.get<ListWebhooksResponses, ListWebhooksErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks',
    ...options
});

/**
 * Create a webhook
 *
 * Has events of the tenant sent to a URL from now on, and returns the secret that they are signed with, `secret`: **it is
 * shown only this once**. Without `events`, a webhook gets `backup.completed` and `backup.failed`. A tenant can have 50
 * webhooks, 10 of them to one host.
 *
 * The host must be public, unless the server is configured otherwise: a private address is refused. Where a name leads
 * is checked at each attempt: one to an address that isn't public fails. Call `testWebhook` to see whether events arrive.
 */
export const createWebhook = <ThrowOnError extends boolean = false>(options: Options<CreateWebhookData, ThrowOnError>) => options.client.post<CreateWebhookResponses, CreateWebhookErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete a webhook
 *
 * Deletes a webhook with its deliveries, for good. What was still to be delivered is not sent any more, except for an attempt
 * that has begun. Deleting it a second time answers 404.
 */
export const deleteWebhook = <ThrowOnError extends boolean = false>(options: Options<DeleteWebhookData, ThrowOnError>) => options.client.delete<DeleteWebhookResponses, DeleteWebhookErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}',
    ...options
});

/**
 * Get a webhook
 *
 * Returns one webhook, without its secret. `failing_since` is set while attempts fail. `disabled_reason` is set if
 * LOX has disabled the webhook.
 */
export const getWebhook = <ThrowOnError extends boolean = false>(options: Options<GetWebhookData, ThrowOnError>) => options.client.get<GetWebhookResponses, GetWebhookErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}',
    ...options
});

/**
 * Update a webhook
 *
 * Changes the fields that the body has and leaves all others as they are (a merge patch, RFC 7396): a value sets the field,
 * and `null` removes the description. `events` are replaced as a whole. An empty object changes nothing.
 *
 * Disabling a webhook makes its pending deliveries fail. Enabling a disabled webhook clears
 * `disabled_reason` and `failing_since`. Failed deliveries can be sent again with `recoverWebhook`. After a change of
 * `url`, attempts go to the new URL, and `failing_since` is cleared. The secret is changed with `rotateWebhookSecret`.
 */
export const updateWebhook = <ThrowOnError extends boolean = false>(options: Options<UpdateWebhookData, ThrowOnError>) => options.client.patch<UpdateWebhookResponses, UpdateWebhookErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Rotate the secret of a webhook
 *
 * Gives a webhook a new secret and returns it, `secret`: **it is shown only this once**. For `overlap_seconds`, a day
 * unless the request says otherwise, the old secret continues to sign, so that the receiver can change over without a
 * gap: `webhook-signature` has a signature by each of the two. `X-LOX-Signature` holds one signature: the attempts of
 * a delivery use the new and the old secret in turn, beginning with the new one. With an overlap of 0 the old secret
 * signs nothing more.
 *
 * The body may be left out. If you rotate again before the overlap ends, the oldest of the three secrets stops
 * signing at once.
 */
export const rotateWebhookSecret = <ThrowOnError extends boolean = false>(options: Options<RotateWebhookSecretData, ThrowOnError>) => options.client.post<RotateWebhookSecretResponses, RotateWebhookSecretErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}/rotate-secret',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Send a test event
 *
 * Sends an event `webhook.test` to a webhook, whatever events it asked for, and returns its delivery, which is
 * `pending`. Call `getWebhookDelivery` to see the result. The event is signed and retried like any other. It also
 * waits like any other: if the host has as many attempts as it may get, the delivery stays `pending` until it is its turn.
 */
export const testWebhook = <ThrowOnError extends boolean = false>(options: Options<TestWebhookData, ThrowOnError>) => options.client.post<TestWebhookResponses, TestWebhookErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}/test',
    ...options
});

/**
 * List deliveries
 *
 * Returns the deliveries of a webhook, both finished and pending, newest first (by `created_at`, then by `id`). A
 * delivery must match all filters given. A delivery is one event to one webhook, however many attempts it takes.
 * Finished deliveries are deleted after 30 days. `offset` is at most 10,000 here: use `created_before` to list older ones.
 */
export const listWebhookDeliveries = <ThrowOnError extends boolean = false>(options: Options<ListWebhookDeliveriesData, ThrowOnError>) => options.client.get<ListWebhookDeliveriesResponses, ListWebhookDeliveriesErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}/deliveries',
    ...options
});

/**
 * Get a delivery
 *
 * Returns one delivery with the exact body that it sends, and with every attempt so far and its answer.
 */
export const getWebhookDelivery = <ThrowOnError extends boolean = false>(options: Options<GetWebhookDeliveryData, ThrowOnError>) => options.client.get<GetWebhookDeliveryResponses, GetWebhookDeliveryErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}/deliveries/{delivery_id}',
    ...options
});

/**
 * Send a delivery again
 *
 * Sends a delivery again that has succeeded or failed. It becomes `pending`, its next attempt is due now, and the
 * schedule of attempts starts over. The body and `webhook-id` stay the same, and `attempts` continues to count.
 * It stays `pending` while the host has as many attempts as it may get.
 */
export const redeliverWebhookDelivery = <ThrowOnError extends boolean = false>(options: Options<RedeliverWebhookDeliveryData, ThrowOnError>) => options.client.post<RedeliverWebhookDeliveryResponses, RedeliverWebhookDeliveryErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver',
    ...options
});

/**
 * Send all failed deliveries again
 *
 * Does the same as `redeliverWebhookDelivery` to every delivery of a webhook that was created since a time and has failed.
 * Call it when a receiver is back after an outage, once the webhook is enabled. The deliveries are sent as fast as the
 * host may get them.
 */
export const recoverWebhook = <ThrowOnError extends boolean = false>(options: Options<RecoverWebhookData, ThrowOnError>) => options.client.post<RecoverWebhookResponses, RecoverWebhookErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/webhooks/{id}/recover',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List events
 *
 * Returns the record of changes: every change of anything that the tenant owns, newest first, with who made it and
 * when. An event must match all filters given. The guide lists the types under Events.
 *
 * Follow `next_cursor` until it is absent. A page may have fewer events than `limit`, even none, although more follow:
 * the server looks at 10,000 events at most for one page.
 */
export const listEvents = <ThrowOnError extends boolean = false>(options: Options<ListEventsData, ThrowOnError>) => options.client.get<ListEventsResponses, ListEventsErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/events',
    ...options
});

/**
 * Get an event
 *
 * Returns one event of the record of changes. `webhook-id` of a webhook's request and `event_id` of a delivery are ids
 * of events.
 */
export const getEvent = <ThrowOnError extends boolean = false>(options: Options<GetEventData, ThrowOnError>) => options.client.get<GetEventResponses, GetEventErrors, ThrowOnError>({
    security: [{ scheme: 'bearer', type: 'http' }],
    url: '/v1/events/{id}',
    ...options
});
