// Made from openapi/openapi.yaml by make gen. Changes belong there.

export type ClientOptions = {
    baseUrl: 'https://backlox.com/api' | (string & {});
};

/**
 * Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in base32).
 */
export type BackupId = string;

/**
 * Where a backup stands. `pending`: waits for its upload. `verifying`: the upload is being checked. `completed`: stored
 * and verified, can be downloaded. `failed`: not uploaded in time, or not what was declared; see `error`.
 * Later versions may add values.
 */
export type BackupStatus = 'pending' | 'verifying' | 'completed' | 'failed' | (string & {});

/**
 * A `BackupStatus` to filter by.
 */
export type BackupStatusFilter = 'pending' | 'verifying' | 'completed' | 'failed';

/**
 * A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
 * Needn't be unique.
 */
export type BackupName = string;

/**
 * The media type of the file, such as `application/gzip`, with optional parameters (RFC 9110, section 8.3.1).
 */
export type ContentType = string;

/**
 * The SHA-256 of the bytes, `sha256:` and 64 lowercase hexadecimal digits.
 */
export type Checksum = string;

/**
 * Strings of the client's own, by key: at most 50 keys of 1 to 128 characters, none of them a control,
 * bidirectional or zero-width character, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values together.
 * The server stores and returns them as they are.
 */
export type Metadata = {
    [key: string]: string;
};

/**
 * A name of backups to filter by, or its beginning, of 1 to 255 characters.
 */
export type BackupNameFilter = string;

/**
 * Metadata to filter by: at most 5 keys of 1 to 128 characters, without NUL characters, and the value of each.
 */
export type MetadataFilter = {
    [key: string]: string;
};

/**
 * A date (`2024-01-15`) or an RFC 3339 timestamp (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may
 * take the place of the `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
 */
export type DateOrTime = string;

/**
 * A file that is going to be uploaded.
 */
export type CreateBackupRequest = {
    name: BackupName;
    /**
     * The exact size of the file in bytes, up to 53687091200000 (48.8 TiB). One byte more or less is refused. Required
     * unless `multipart` is `true`: a stream leaves it out.
     */
    size_bytes?: number;
    /**
     * Whether the file is uploaded in parts. Above 5368709120 bytes (5 GiB) it is, unless this is `false`, which is refused
     * then.
     */
    multipart?: boolean;
    /**
     * The most that a stream may have, in bytes: it decides how large its parts are. Without it a stream can have 10000
     * parts of 32 MiB (312.5 GiB). Only without `size_bytes`.
     */
    max_size_bytes?: number;
    content_type?: ContentType;
    metadata?: Metadata;
    checksum?: DeclaredChecksum;
};

/**
 * A new backup with the URL to upload it to. If a request is repeated (Idempotency-Key), check `status`: when the
 * backup is no longer `pending`, `upload_url` is the last one that was given out, and uploading to it again changes
 * nothing.
 */
export type BackupUpload = {
    id: BackupId;
    name: BackupName;
    status: BackupStatus;
    /**
     * Where to `PUT` the file. Whoever has the URL can upload, until it expires; no API key is needed. Absent if the
     * file is uploaded in parts.
     */
    upload_url?: string;
    /**
     * When `upload_url` stops working. If the file is uploaded in parts, when the latest URL of a part does; the backup fails
     * 24 hours later at the earliest, and never while parts still arrive.
     */
    upload_expires_at: string;
    /**
     * The headers to send with the `PUT`, by name. Which there are depends on the server, so send all of them: the
     * store refuses the upload if one is missing or differs. Most HTTP clients set `Content-Length` by themselves. Absent
     * if the file is uploaded in parts.
     */
    upload_headers?: {
        [key: string]: string;
    };
    multipart?: Multipart;
    [key: string]: unknown;
};

/**
 * How the file is uploaded in parts. Absent if it is uploaded by one `PUT`, and once the backup is no longer `pending`.
 */
export type Multipart = {
    part_size_bytes: PartSize;
    /**
     * How many parts the file has. `null` if it is a stream, whose size isn't known yet.
     */
    part_count: number | null;
    [key: string]: unknown;
};

/**
 * The size in bytes of all parts but the last, which may be smaller.
 */
export type PartSize = number;

/**
 * The number of a part. The first is 1.
 */
export type PartNumber = number;

/**
 * The parts that are going to be uploaded.
 */
export type CreatePartUploadsRequest = {
    /**
     * 1 to 100 parts, each number once.
     */
    parts: Array<RequestedPart>;
};

/**
 * A part that is going to be uploaded.
 */
export type RequestedPart = {
    part_number: PartNumber;
    /**
     * The size of the part in bytes. The last part of a stream needs it, unless it has `part_size_bytes`. Of other parts it is
     * known, and must be right.
     */
    size_bytes?: number;
    checksum?: DeclaredChecksum;
};

/**
 * Where to upload parts.
 */
export type PartUploads = {
    /**
     * The parts that were asked for, in the same order.
     */
    parts: Array<PartUpload>;
    /**
     * When the URLs stop working.
     */
    expires_at: string;
    [key: string]: unknown;
};

/**
 * Where to upload a part.
 */
export type PartUpload = {
    part_number: PartNumber;
    /**
     * The exact size of the part in bytes.
     */
    size_bytes: number;
    /**
     * Where to `PUT` the part. Whoever has the URL can upload, until it expires; no API key is needed.
     */
    upload_url: string;
    /**
     * The headers to send with the `PUT`, by name: all of them, since the store refuses the upload if one is missing or
     * differs.
     */
    upload_headers: {
        [key: string]: string;
    };
    [key: string]: unknown;
};

/**
 * One page of the parts that have arrived.
 */
export type PartList = {
    /**
     * The parts of this page, in the order of their numbers.
     */
    parts: Array<Part>;
    part_size_bytes: PartSize;
    /**
     * How many parts the file has. `null` if it is a stream, whose size isn't known yet.
     */
    part_count: number | null;
    /**
     * The `limit` of this page.
     */
    limit: number;
    /**
     * The `cursor` for the next page. Absent on the last page.
     */
    next_cursor?: string;
    [key: string]: unknown;
};

/**
 * A part that has arrived.
 */
export type Part = {
    part_number: PartNumber;
    /**
     * The size of the part in bytes.
     */
    size_bytes: number;
    /**
     * The SHA-256 of the part. Absent if none was declared for it, or the store doesn't list it.
     */
    checksum?: string;
    [key: string]: unknown;
};

/**
 * What was uploaded. All of it may be left out, but for the size of a stream.
 */
export type CompleteBackupRequest = {
    /**
     * The exact size of the file in bytes. Required for a stream. It must be what was declared, if that was.
     */
    size_bytes?: number;
    checksum?: DeclaredChecksum;
};

/**
 * The SHA-256 of the bytes, `sha256:` and 64 hexadecimal digits of either case. Responses have it in lower case.
 */
export type DeclaredChecksum = string;

/**
 * A backup.
 */
export type Backup = {
    id: BackupId;
    name: BackupName;
    status: BackupStatus;
    /**
     * The size of the file in bytes. Of a stream that is `pending` it is what its parts have reserved so far.
     */
    size_bytes: number;
    /**
     * How many bytes have been read again to verify them. Absent before the first of
     * them, and unless the backup is `verifying`.
     */
    verified_bytes?: number;
    checksum?: Checksum;
    /**
     * When the backup was created.
     */
    created_at: string;
    /**
     * When the backup was completed. Absent until then.
     */
    completed_at?: string;
    /**
     * When the upload URL, or the latest of a part, stops working. Present only while `pending`.
     */
    upload_expires_at?: string;
    multipart?: Multipart;
    content_type?: ContentType;
    metadata?: Metadata;
    /**
     * Why the backup failed, for people to read. Present only when `failed`.
     */
    error?: string;
    [key: string]: unknown;
};

/**
 * One page of backups.
 */
export type BackupList = {
    /**
     * The backups of this page, newest first.
     */
    backups: Array<Backup>;
    /**
     * The exact number of backups that pass the filters, over all pages.
     */
    total: number;
    /**
     * The `limit` of this page.
     */
    limit: number;
    /**
     * The `offset` of this page.
     */
    offset: number;
    /**
     * The `cursor` for the next page. Absent on the last page.
     */
    next_cursor?: string;
    [key: string]: unknown;
};

/**
 * A signed URL to fetch the bytes of a backup from.
 */
export type BackupDownload = {
    /**
     * Where to `GET` the file. Whoever has the URL can fetch it, until it expires; no API key is needed.
     */
    download_url: string;
    /**
     * When `download_url` stops working.
     */
    expires_at: string;
    /**
     * The size of the file in bytes.
     */
    size_bytes: number;
    checksum: Checksum;
    [key: string]: unknown;
};

/**
 * The backup that was deleted.
 */
export type DeletedBackup = {
    id: BackupId;
    /**
     * Always `true`.
     */
    deleted: boolean;
    [key: string]: unknown;
};

/**
 * Identifies a tenant. `ten_` and 26 characters (a TypeID, that is a UUIDv7 in base32).
 */
export type TenantId = string;

/**
 * The plan of the tenant: `free`, `solo`, `pro`, `business` or `enterprise`. It sets the rate limits, and the quota
 * unless the operator has set another. Later versions may add plans.
 */
export type Plan = 'free' | 'solo' | 'pro' | 'business' | 'enterprise' | (string & {});

/**
 * `active`: everything works. `suspended`: requests that only read work, all others answer 403 `permission_denied`.
 * Later versions may add values.
 */
export type TenantStatus = 'active' | 'suspended' | (string & {});

/**
 * The name of the tenant, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
 */
export type TenantName = string;

/**
 * Where to reach the people behind the tenant: an ASCII email address, as an HTML form would take it. The server
 * sends nothing to it.
 */
export type ContactEmail = string;

/**
 * Strings for the tenant's own tools, by key: at most 50 keys of 1 to 128 characters, none of them a control,
 * bidirectional or zero-width character, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values together.
 * They mean nothing to the server.
 */
export type TenantSettings = {
    [key: string]: string;
};

/**
 * Settings to change, by key: a string sets one, `null` removes it, and those not named stay. `null` for the whole
 * removes all. What results must be within the limits of `TenantSettings`.
 */
export type TenantSettingsPatch = {
    [key: string]: string | null;
} | null;

/**
 * The caps of one class of requests.
 */
export type ClassLimits = {
    /**
     * Requests allowed per minute.
     */
    per_minute: number;
    /**
     * Requests allowed per hour.
     */
    per_hour: number;
    [key: string]: unknown;
};

/**
 * The rate limits of the tenant, by class.
 */
export type TenantLimits = {
    api_calls: ClassLimits;
    uploads: ClassLimits;
    downloads: ClassLimits;
    [key: string]: unknown;
};

/**
 * A tenant, that is an account with its backups and API keys.
 */
export type Tenant = {
    id: TenantId;
    name: TenantName;
    contact_email?: ContactEmail;
    plan: Plan;
    status: TenantStatus;
    settings?: TenantSettings;
    /**
     * The most that completed backups and reserved uploads may come to, in bytes.
     */
    quota_bytes: number;
    limits: TenantLimits;
    /**
     * When the tenant was created.
     */
    created_at: string;
    [key: string]: unknown;
};

/**
 * A merge patch (RFC 7396) of the fields of a tenant that it can change itself.
 */
export type UpdateTenantRequest = {
    name?: TenantName;
    /**
     * The new `ContactEmail`, or `null` to remove it.
     */
    contact_email?: string | null;
    settings?: TenantSettingsPatch;
};

/**
 * Identifies an API key, without being one. `key_` and 26 characters (a TypeID, that is a UUIDv7 in base32).
 */
export type ApiKeyId = string;

/**
 * A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
 * Needn't be unique.
 */
export type ApiKeyName = string;

/**
 * The key itself, to be sent as `Authorization: Bearer lox_…`: `lox_` and 36 letters and digits. Shown in this response
 * and never again.
 */
export type ApiKeyPlaintext = string;

/**
 * How the key begins, `lox_` and 4 characters, by which a person recognises it.
 */
export type ApiKeyPrefix = string;

/**
 * The last 4 characters of the key.
 */
export type ApiKeyLast4 = string;

/**
 * What an API key may do. `backups:read`: list, get and download backups. `backups:write`: create and complete backups, but
 * change or delete none. `backups:delete`: delete backups. `storage:read`: see usage and statistics. `tenant:read`: see the
 * tenant and its list of API keys. `tenant:write`: change the tenant. `keys:write`: create, rotate and revoke API keys.
 * `webhooks:write`: see and manage webhooks and what was sent to them. `events:read`: read the record of changes.
 * Later versions may add scopes.
 */
export type Scope = 'backups:read' | 'backups:write' | 'backups:delete' | 'storage:read' | 'tenant:read' | 'tenant:write' | 'keys:write' | 'webhooks:write' | 'events:read' | (string & {});

/**
 * All that the key may do. Absent for a key that may do everything.
 */
export type Scopes = Array<Scope>;

/**
 * A `Scope` that a new API key is to have.
 */
export type RequestedScope = 'backups:read' | 'backups:write' | 'backups:delete' | 'storage:read' | 'tenant:read' | 'tenant:write' | 'keys:write' | 'webhooks:write' | 'events:read';

/**
 * All that the key may do. Leave it out for a key that may do everything.
 */
export type RequestedScopes = Array<RequestedScope>;

/**
 * What is known of an API key, without the key itself.
 */
export type ApiKey = {
    id: ApiKeyId;
    name?: ApiKeyName;
    prefix: ApiKeyPrefix;
    last4: ApiKeyLast4;
    scopes?: Scopes;
    /**
     * When the key was created.
     */
    created_at: string;
    /**
     * When the key was last used, up to a minute behind. Absent until its first use.
     */
    last_used_at?: string;
    /**
     * When the key stops working, or did. Absent if it never does.
     */
    expires_at?: string;
    /**
     * The id of the key that this one was rotated to. Absent if it wasn't.
     */
    replaced_by?: string;
    [key: string]: unknown;
};

/**
 * One page of API keys.
 */
export type ApiKeyList = {
    /**
     * The API keys of this page, newest first.
     */
    api_keys: Array<ApiKey>;
    /**
     * The exact number of API keys that aren't revoked, over all pages.
     */
    total: number;
    /**
     * The `limit` of this page.
     */
    limit: number;
    /**
     * The `offset` of this page.
     */
    offset: number;
    [key: string]: unknown;
};

/**
 * An API key to create.
 */
export type CreateApiKeyRequest = {
    name?: ApiKeyName;
    scopes?: RequestedScopes;
    /**
     * When the key is to stop working, a time in the future. Left out for a key that never does.
     */
    expires_at?: string;
};

/**
 * A new API key, with the key itself.
 */
export type CreatedApiKey = {
    id: ApiKeyId;
    name?: ApiKeyName;
    key: ApiKeyPlaintext;
    prefix: ApiKeyPrefix;
    last4: ApiKeyLast4;
    scopes?: Scopes;
    /**
     * When the key was created.
     */
    created_at: string;
    /**
     * When the key stops working. Absent if it never does.
     */
    expires_at?: string;
    [key: string]: unknown;
};

/**
 * How to rotate an API key.
 */
export type RotateApiKeyRequest = {
    /**
     * For how long the old key continues to work, at most 30 days. The old key's own expiry still applies.
     */
    overlap_seconds?: number;
    /**
     * When the new key is to stop working, a time in the future. If left out, the new key gets the old key's expiry.
     */
    expires_at?: string;
};

/**
 * A new API key, with the key itself, that takes the place of another.
 */
export type RotatedApiKey = {
    id: ApiKeyId;
    name?: ApiKeyName;
    key: ApiKeyPlaintext;
    prefix: ApiKeyPrefix;
    last4: ApiKeyLast4;
    scopes?: Scopes;
    /**
     * When the new key was created.
     */
    created_at: string;
    /**
     * When the new key stops working. Absent if it never does.
     */
    expires_at?: string;
    /**
     * The id of the old key.
     */
    replaces: string;
    /**
     * When the old key stops working.
     */
    overlap_ends_at: string;
    [key: string]: unknown;
};

/**
 * The API key that was revoked.
 */
export type RevokedApiKey = {
    id: ApiKeyId;
    /**
     * Always `true`.
     */
    revoked: boolean;
    [key: string]: unknown;
};

/**
 * How much of the quota is taken.
 */
export type Storage = {
    /**
     * The size of all completed backups together, in bytes.
     */
    used_bytes: number;
    /**
     * The most that `used_bytes` and `reserved_bytes` may come to.
     */
    quota_bytes: number;
    /**
     * `used_bytes` in per cent of `quota_bytes`, rounded to 2 decimals. More than 100 if the quota was lowered below what
     * was stored; 100 for a quota of 0.
     */
    used_percentage: number;
    /**
     * The number of completed backups.
     */
    backup_count: number;
    /**
     * When the oldest completed backup was created. `null` when there is none.
     */
    oldest_backup: string | null;
    /**
     * When the newest completed backup was created. `null` when there is none.
     */
    newest_backup: string | null;
    /**
     * The declared size of all backups that are `pending` or `verifying`, in bytes.
     */
    reserved_bytes: number;
    [key: string]: unknown;
};

/**
 * A number of backups, and their size together.
 */
export type StorageCount = {
    /**
     * The number of backups.
     */
    count: number;
    /**
     * Their size together, in bytes; the declared size of those that aren't completed.
     */
    bytes: number;
    [key: string]: unknown;
};

/**
 * Number and size of backups, by status.
 */
export type StorageByStatus = {
    pending: StorageCount;
    verifying: StorageCount;
    completed: StorageCount;
    failed: StorageCount;
    [key: string]: unknown;
};

/**
 * Number and size of the completed backups of one content type.
 */
export type StorageByContentType = {
    /**
     * The content type. Absent for backups that were created without one.
     */
    content_type?: string;
    /**
     * The number of backups.
     */
    count: number;
    /**
     * Their size together, in bytes.
     */
    bytes: number;
    [key: string]: unknown;
};

/**
 * What happened on one day, and what was stored at its end. Days are those of UTC.
 */
export type StorageDay = {
    /**
     * The day.
     */
    date: string;
    /**
     * The number of backups that were completed on this day.
     */
    uploaded: number;
    /**
     * The number of completed backups that were deleted on this day.
     */
    deleted: number;
    /**
     * The size of all completed backups at the end of this day, or now if it is today, in bytes.
     */
    bytes: number;
    /**
     * The number of completed backups at the end of this day, or now if it is today.
     */
    count: number;
    [key: string]: unknown;
};

/**
 * What takes the space, and how it grew.
 */
export type StorageStats = {
    by_status: StorageByStatus;
    /**
     * The content types of the completed backups, the largest by `bytes` first. At most 100. If there are more,
     * `other_content_types` sums up the others.
     */
    by_content_type: Array<StorageByContentType>;
    other_content_types?: StorageCount;
    /**
     * The average size of a completed backup, rounded to whole bytes. 0 when there is none.
     */
    average_bytes: number;
    /**
     * The size of the largest completed backup, in bytes. 0 when there is none.
     */
    largest_bytes: number;
    /**
     * The last 30 days, the oldest first; the last one is today.
     */
    daily: [
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay,
        StorageDay
    ];
    /**
     * When the quota will be full if storage keeps growing at the average rate of these 30 days, or of the days since
     * the first upload if those are fewer. What is reserved now counts as taken. `null` if storage doesn't grow, or if
     * the time is more than 100 years off.
     */
    projected_full_at: string | null;
    [key: string]: unknown;
};

/**
 * Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in base32).
 */
export type WebhookId = string;

/**
 * Identifies a delivery. `dlv_` and 26 characters (a TypeID, that is a UUIDv7 in base32).
 */
export type DeliveryId = string;

/**
 * Identifies an event. `evt_` and 26 characters (a TypeID, that is a UUIDv7 in base32).
 */
export type EventId = string;

/**
 * What happened, by name. The guide has a table of them under Events, which says what `data` holds and which of them
 * webhooks get. Later versions may add types.
 */
export type EventType = 'backup.completed' | 'backup.failed' | 'backup.created' | 'backup.deleted' | 'storage.quota_warning' | 'api_key.created' | 'api_key.revoked' | 'webhook.disabled' | 'webhook.test' | 'backup.downloaded' | 'backup.upload_renewed' | 'backup.parts_issued' | 'backup.upload_extended' | 'backup.lost' | 'backup.repaired' | 'backup.purged' | 'api_key.rotated' | 'tenant.created' | 'tenant.updated' | 'tenant.suspended' | 'tenant.resumed' | 'tenant.closed' | 'tenant.deleted' | 'webhook.created' | 'webhook.updated' | 'webhook.deleted' | 'webhook.secret_rotated' | 'webhook.secret_resealed' | 'webhook.redelivered' | 'webhook.recovered' | (string & {});

/**
 * An `EventType` to filter deliveries by, one of those that webhooks get.
 */
export type EventTypeFilter = 'backup.completed' | 'backup.failed' | 'backup.created' | 'backup.deleted' | 'storage.quota_warning' | 'api_key.created' | 'api_key.revoked' | 'webhook.disabled' | 'webhook.test';

/**
 * An `EventType` to filter the record of changes by.
 */
export type RecordedEventTypeFilter = 'backup.completed' | 'backup.failed' | 'backup.created' | 'backup.deleted' | 'storage.quota_warning' | 'api_key.created' | 'api_key.revoked' | 'webhook.disabled' | 'webhook.test' | 'backup.downloaded' | 'backup.upload_renewed' | 'backup.parts_issued' | 'backup.upload_extended' | 'backup.lost' | 'backup.repaired' | 'backup.purged' | 'api_key.rotated' | 'tenant.created' | 'tenant.updated' | 'tenant.suspended' | 'tenant.resumed' | 'tenant.closed' | 'tenant.deleted' | 'webhook.created' | 'webhook.updated' | 'webhook.deleted' | 'webhook.secret_rotated' | 'webhook.secret_resealed' | 'webhook.redelivered' | 'webhook.recovered';

/**
 * An `EventType` that a webhook can ask for.
 */
export type SubscribableEventType = 'backup.completed' | 'backup.failed' | 'backup.created' | 'backup.deleted' | 'storage.quota_warning' | 'api_key.created' | 'api_key.revoked' | 'webhook.disabled';

/**
 * The types of the events that the webhook gets.
 */
export type WebhookEvents = Array<EventType>;

/**
 * The types of the events that the webhook is to get.
 */
export type RequestedWebhookEvents = Array<SubscribableEventType>;

/**
 * Where events are sent: an http or https URL of at most 2048 characters, without user name, password and fragment, in
 * the ASCII form of RFC 3986: other characters are percent-encoded, and a host name beyond ASCII is in its `xn--` form.
 * The host must be public, unless the server is configured otherwise: a private or reserved address, a name without a
 * dot, and names such as `nas.local` are refused when the URL is set. A host name has at most 253 characters.
 */
export type WebhookUrl = string;

/**
 * What the webhook is for, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
 */
export type WebhookDescription = string;

/**
 * What deliveries are signed with: `whsec_` and the base64 of 32 random bytes (Standard Webhooks 1.0). Shown in this response
 * and never again.
 */
export type WebhookSecret = string;

/**
 * A URL to which events are sent.
 */
export type Webhook = {
    id: WebhookId;
    url: WebhookUrl;
    events: WebhookEvents;
    description?: WebhookDescription;
    /**
     * Whether events are sent to it.
     */
    enabled: boolean;
    /**
     * Why LOX disabled it, for people to read. Present only if it did.
     */
    disabled_reason?: string;
    /**
     * Since when all attempts have failed: the time of the first failure after the last success. Absent if the latest
     * attempt succeeded, or there was none.
     */
    failing_since?: string;
    /**
     * When the secret before this one stops signing. Present only until then.
     */
    previous_secret_expires_at?: string;
    /**
     * When the webhook was created.
     */
    created_at: string;
    [key: string]: unknown;
};

/**
 * One page of webhooks.
 */
export type WebhookList = {
    /**
     * The webhooks of this page, newest first.
     */
    webhooks: Array<Webhook>;
    /**
     * The exact number of webhooks, over all pages.
     */
    total: number;
    /**
     * The `limit` of this page.
     */
    limit: number;
    /**
     * The `offset` of this page.
     */
    offset: number;
    [key: string]: unknown;
};

/**
 * A webhook to create.
 */
export type CreateWebhookRequest = {
    url: WebhookUrl;
    /**
     * The types of the events that the webhook is to get.
     */
    events?: Array<SubscribableEventType>;
    description?: WebhookDescription;
    /**
     * Whether to send events to it from the beginning.
     */
    enabled?: boolean;
};

/**
 * A new webhook, with its secret.
 */
export type CreatedWebhook = {
    id: WebhookId;
    url: WebhookUrl;
    secret: WebhookSecret;
    events: WebhookEvents;
    description?: WebhookDescription;
    /**
     * Whether events are sent to it.
     */
    enabled: boolean;
    /**
     * When the webhook was created.
     */
    created_at: string;
    [key: string]: unknown;
};

/**
 * A merge patch (RFC 7396) of a webhook.
 */
export type UpdateWebhookRequest = {
    url?: WebhookUrl;
    events?: RequestedWebhookEvents;
    /**
     * The new `WebhookDescription`, or `null` to remove it.
     */
    description?: string | null;
    /**
     * Whether events are sent to it.
     */
    enabled?: boolean;
};

/**
 * The webhook that was deleted.
 */
export type DeletedWebhook = {
    id: WebhookId;
    /**
     * Always `true`.
     */
    deleted: boolean;
    [key: string]: unknown;
};

/**
 * How to rotate the secret of a webhook.
 */
export type RotateWebhookSecretRequest = {
    /**
     * For how long the old secret continues to sign beside the new one, at most 7 days.
     */
    overlap_seconds?: number;
};

/**
 * The new secret of a webhook.
 */
export type RotatedWebhookSecret = {
    id: WebhookId;
    secret: WebhookSecret;
    /**
     * When the old secret stops signing. Absent if it has already.
     */
    previous_secret_expires_at?: string;
    [key: string]: unknown;
};

/**
 * Where a delivery stands. `pending`: the next attempt is due at `next_attempt_at`. `succeeded`: it has arrived.
 * `failed`: no more attempts are made.
 * Later versions may add values.
 */
export type DeliveryStatus = 'pending' | 'succeeded' | 'failed' | (string & {});

/**
 * A `DeliveryStatus` to filter by.
 */
export type DeliveryStatusFilter = 'pending' | 'succeeded' | 'failed';

/**
 * The sending of one event to one webhook.
 */
export type Delivery = {
    id: DeliveryId;
    event_id: EventId;
    event: EventType;
    status: DeliveryStatus;
    /**
     * How many attempts there were.
     */
    attempts: number;
    /**
     * When the delivery was created.
     */
    created_at: string;
    /**
     * When the next attempt is due. Present only while `pending`.
     */
    next_attempt_at?: string;
    /**
     * When the delivery succeeded or failed. Absent while `pending`.
     */
    completed_at?: string;
    /**
     * Why the delivery failed, for people to read. Absent if it failed because its last attempt failed.
     */
    failure?: string;
    [key: string]: unknown;
};

/**
 * One page of deliveries.
 */
export type DeliveryList = {
    /**
     * The deliveries of this page, newest first.
     */
    deliveries: Array<Delivery>;
    /**
     * The number of deliveries that pass the filters, over all pages: exact up to 10,000. If there are more, it is 10,000
     * and `total_capped` is `true`.
     */
    total: number;
    /**
     * Whether more than 10,000 deliveries pass the filters. Absent if not.
     */
    total_capped?: boolean;
    /**
     * The `limit` of this page.
     */
    limit: number;
    /**
     * The `offset` of this page.
     */
    offset: number;
    [key: string]: unknown;
};

/**
 * A delivery with its body and its attempts.
 */
export type DeliveryDetails = {
    id: DeliveryId;
    event_id: EventId;
    event: EventType;
    status: DeliveryStatus;
    /**
     * How many attempts there were.
     */
    attempts: number;
    /**
     * When the delivery was created.
     */
    created_at: string;
    /**
     * When the next attempt is due. Present only while `pending`.
     */
    next_attempt_at?: string;
    /**
     * When the delivery succeeded or failed. Absent while `pending`.
     */
    completed_at?: string;
    /**
     * Why the delivery failed, for people to read. Absent if it failed because its last attempt failed.
     */
    failure?: string;
    /**
     * The body of every attempt, to the byte: the JSON of an event, as a string, so that its signature can be checked.
     */
    payload: string;
    /**
     * The attempts in order; if there were more than 100, the last 100 of them.
     */
    attempt_log: Array<Attempt>;
    [key: string]: unknown;
};

/**
 * One attempt of a delivery, and the answer to it.
 */
export type Attempt = {
    /**
     * Which attempt of the delivery it was, 1 for the first.
     */
    number: number;
    /**
     * When it began.
     */
    at: string;
    /**
     * How long it took until the answer was there or the attempt had failed, in milliseconds; 0 if the URL led to no
     * address that webhooks may go to.
     */
    latency_ms: number;
    /**
     * The HTTP status of the answer. Absent if there was none, or none from 100 to 999.
     */
    status?: number;
    /**
     * The first 4 KiB of the answer's body, as text: what is no UTF-8 is replaced by U+FFFD. Absent if there was none.
     */
    response_body?: string;
    /**
     * Why there was no answer, for people to read. Absent if there was one.
     */
    error?: string;
    [key: string]: unknown;
};

/**
 * Since when to send failed deliveries again.
 */
export type RecoverWebhookRequest = {
    since: DateOrTime;
};

/**
 * How many deliveries are sent again.
 */
export type RecoveredDeliveries = {
    /**
     * The number of deliveries that are pending again.
     */
    recovered: number;
    [key: string]: unknown;
};

/**
 * Who makes a change. `api_key`: a request with an API key. `operator`: a command of the server's operator. `system`: LOX
 * itself. Later versions may add values.
 */
export type ActorType = 'api_key' | 'operator' | 'system' | (string & {});

/**
 * Who made a change.
 */
export type Actor = {
    type: ActorType;
    /**
     * The id of the API key, the name of the operator's command, or that of the job.
     */
    id: string;
    [key: string]: unknown;
};

/**
 * The `id` of an `Actor` to filter by.
 */
export type ActorFilter = string;

/**
 * What kind of thing an event is about. Later versions may add values.
 */
export type SubjectType = 'backup' | 'api_key' | 'webhook' | 'tenant' | (string & {});

/**
 * What an event is about. It may be deleted by now.
 */
export type Subject = {
    type: SubjectType;
    /**
     * The id of the backup, API key, webhook or tenant.
     */
    id: string;
    [key: string]: unknown;
};

/**
 * The `id` of a `Subject` to filter by.
 */
export type SubjectFilter = string;

/**
 * A change, as the record has it.
 */
export type RecordedEvent = {
    id: EventId;
    type: EventType;
    /**
     * When it happened.
     */
    timestamp: string;
    actor: Actor;
    subject: Subject;
    /**
     * The `X-Request-Id` of the request that made the change. If a job made it, that of the request which began the work. Absent if none did.
     */
    request_id?: string;
    /**
     * The IP address that the request came from. Absent if no request made the change.
     */
    client_address?: string;
    /**
     * What happened, the same as `data` of the webhook event of this type. The guide says under Events what each type has.
     */
    data: {
        [key: string]: unknown;
    };
    [key: string]: unknown;
};

/**
 * One page of the record of changes.
 */
export type RecordedEventList = {
    /**
     * The events of this page, newest first. There may be fewer than `limit`, even none, although more follow.
     */
    events: Array<RecordedEvent>;
    /**
     * The `cursor` for the next page. Absent on the last page, and only there.
     */
    next_cursor?: string;
    [key: string]: unknown;
};

/**
 * The body of a request that LOX sends to a webhook. An event of a type that this version of the document doesn't name
 * is an `UnknownEvent`.
 */
export type WebhookEvent = KnownEvent | UnknownEvent;

/**
 * An event of a type that this version of the document names. `event` tells which of the schemas it has.
 */
export type KnownEvent = ({
    event: 'backup.completed';
} & BackupCompletedEvent) | ({
    event: 'backup.failed';
} & BackupFailedEvent) | ({
    event: 'backup.created';
} & BackupCreatedEvent) | ({
    event: 'backup.deleted';
} & BackupDeletedEvent) | ({
    event: 'storage.quota_warning';
} & QuotaWarningEvent) | ({
    event: 'api_key.created';
} & ApiKeyCreatedEvent) | ({
    event: 'api_key.revoked';
} & ApiKeyRevokedEvent) | ({
    event: 'webhook.disabled';
} & WebhookDisabledEvent) | ({
    event: 'webhook.test';
} & WebhookTestEvent);

/**
 * A backup is stored and verified, and can be downloaded.
 */
export type BackupCompletedEvent = {
    /**
     * Always `backup.completed`.
     */
    event: 'backup.completed';
    /**
     * When the backup was completed.
     */
    timestamp: string;
    data: BackupCompletedData;
    [key: string]: unknown;
};

/**
 * The backup that was completed.
 */
export type BackupCompletedData = {
    id: BackupId;
    name: BackupName;
    /**
     * Always `completed`.
     */
    status: string;
    /**
     * The size of the file in bytes.
     */
    size_bytes: number;
    checksum: Checksum;
    [key: string]: unknown;
};

/**
 * A backup has failed.
 */
export type BackupFailedEvent = {
    /**
     * Always `backup.failed`.
     */
    event: 'backup.failed';
    /**
     * When the backup failed.
     */
    timestamp: string;
    data: BackupFailedData;
    [key: string]: unknown;
};

/**
 * The backup that failed.
 */
export type BackupFailedData = {
    id: BackupId;
    name: BackupName;
    /**
     * Always `failed`.
     */
    status: string;
    /**
     * Why the backup failed, for people to read.
     */
    error: string;
    [key: string]: unknown;
};

/**
 * A backup was created and waits for its upload.
 */
export type BackupCreatedEvent = {
    /**
     * Always `backup.created`.
     */
    event: 'backup.created';
    /**
     * When the backup was created.
     */
    timestamp: string;
    data: BackupCreatedData;
    [key: string]: unknown;
};

/**
 * The backup that was created.
 */
export type BackupCreatedData = {
    id: BackupId;
    name: BackupName;
    /**
     * Always `pending`.
     */
    status: string;
    /**
     * The declared size of the file in bytes.
     */
    size_bytes: number;
    [key: string]: unknown;
};

/**
 * A backup was deleted, whatever its status was.
 */
export type BackupDeletedEvent = {
    /**
     * Always `backup.deleted`.
     */
    event: 'backup.deleted';
    /**
     * When the backup was deleted.
     */
    timestamp: string;
    data: BackupDeletedData;
    [key: string]: unknown;
};

/**
 * The backup that was deleted.
 */
export type BackupDeletedData = {
    id: BackupId;
    name: BackupName;
    /**
     * Always `deleted`.
     */
    status: string;
    /**
     * The size of the file in bytes, as declared when the backup was created.
     */
    size_bytes: number;
    [key: string]: unknown;
};

/**
 * Completed backups have come to 80, 90 or 100 per cent of the quota.
 */
export type QuotaWarningEvent = {
    /**
     * Always `storage.quota_warning`.
     */
    event: 'storage.quota_warning';
    /**
     * When the threshold was reached.
     */
    timestamp: string;
    data: QuotaWarningData;
    [key: string]: unknown;
};

/**
 * How full the quota is.
 */
export type QuotaWarningData = {
    /**
     * The threshold that was reached: 80, 90 or 100 per cent of the quota.
     */
    threshold_percentage: number;
    /**
     * The size of all completed backups together, in bytes.
     */
    used_bytes: number;
    /**
     * The quota in bytes.
     */
    quota_bytes: number;
    /**
     * `used_bytes` in per cent of `quota_bytes`, rounded to 2 decimals.
     */
    used_percentage: number;
    [key: string]: unknown;
};

/**
 * An API key was created, also by rotating another.
 */
export type ApiKeyCreatedEvent = {
    /**
     * Always `api_key.created`.
     */
    event: 'api_key.created';
    /**
     * When the key was created.
     */
    timestamp: string;
    data: ApiKeyEventData;
    [key: string]: unknown;
};

/**
 * An API key was revoked and has stopped working.
 */
export type ApiKeyRevokedEvent = {
    /**
     * Always `api_key.revoked`.
     */
    event: 'api_key.revoked';
    /**
     * When the key was revoked.
     */
    timestamp: string;
    data: ApiKeyEventData;
    [key: string]: unknown;
};

/**
 * The API key that was created or revoked, without the key itself.
 */
export type ApiKeyEventData = {
    id: ApiKeyId;
    name?: ApiKeyName;
    prefix: ApiKeyPrefix;
    last4: ApiKeyLast4;
    scopes?: Scopes;
    /**
     * The id of the key that it was rotated to. Absent if it was not rotated.
     */
    replaced_by?: string;
    /**
     * When the key stops working. Absent if it never does.
     */
    expires_at?: string;
    [key: string]: unknown;
};

/**
 * LOX has disabled a webhook of the tenant.
 */
export type WebhookDisabledEvent = {
    /**
     * Always `webhook.disabled`.
     */
    event: 'webhook.disabled';
    /**
     * When the webhook was disabled.
     */
    timestamp: string;
    data: WebhookDisabledData;
    [key: string]: unknown;
};

/**
 * The webhook that was disabled.
 */
export type WebhookDisabledData = {
    id: WebhookId;
    url: WebhookUrl;
    /**
     * Why it was disabled, for people to read.
     */
    reason: string;
    [key: string]: unknown;
};

/**
 * Shows that events arrive. It has no other meaning.
 */
export type WebhookTestEvent = {
    /**
     * Always `webhook.test`.
     */
    event: 'webhook.test';
    /**
     * When the test was asked for.
     */
    timestamp: string;
    data: WebhookTestData;
    [key: string]: unknown;
};

/**
 * The webhook that is tested.
 */
export type WebhookTestData = {
    id: WebhookId;
    url: WebhookUrl;
    [key: string]: unknown;
};

/**
 * An event of a type that a later version of LOX has added. Answer 2xx and ignore it.
 */
export type UnknownEvent = {
    /**
     * What happened, by name.
     */
    event: string;
    /**
     * When it happened.
     */
    timestamp: string;
    /**
     * What it is about.
     */
    data: {
        [key: string]: unknown;
    };
    [key: string]: unknown;
};

/**
 * The body of every response from 400 up.
 */
export type ErrorResponse = {
    error: ErrorBody;
    [key: string]: unknown;
};

/**
 * What went wrong.
 */
export type ErrorBody = {
    code: ErrorCode;
    /**
     * What went wrong, for people to read. The wording may change; branch on `code`.
     */
    message: string;
    /**
     * The wrong fields and parameters, by name, each with a text that says what is required.
     */
    details?: {
        [key: string]: string;
    };
    [key: string]: unknown;
};

/**
 * A stable name for what went wrong. The guide has a table of them under Errors. Later versions may add codes.
 */
export type ErrorCode = 'validation_error' | 'authentication_error' | 'permission_denied' | 'quota_exceeded' | 'not_found' | 'backup_not_found' | 'method_not_allowed' | 'invalid_state' | 'upload_incomplete' | 'upload_expired' | 'checksum_mismatch' | 'idempotency_conflict' | 'idempotency_mismatch' | 'payload_too_large' | 'unsupported_media_type' | 'rate_limited' | 'internal_error' | 'unavailable' | (string & {});

/**
 * The id of a backup.
 */
export type BackupIdPath = BackupId;

/**
 * The id of an API key.
 */
export type ApiKeyIdPath = ApiKeyId;

/**
 * The id of a webhook.
 */
export type WebhookIdPath = WebhookId;

/**
 * The id of a delivery to the webhook.
 */
export type DeliveryIdPath = DeliveryId;

/**
 * The id of an event.
 */
export type EventIdPath = EventId;

/**
 * The number of items per page.
 */
export type Limit = number;

/**
 * The number of items to skip.
 */
export type Offset = number;

/**
 * The `next_cursor` of the page before. It is opaque, and holds for the filters it was made with: repeat them. If the
 * list has an `offset`, leave it out or 0.
 */
export type Cursor = string;

/**
 * The HMAC-SHA256 of the raw body in lowercase hexadecimal digits. Its key is the webhook's secret as it was shown,
 * `whsec_` included. While a secret is being rotated, attempts are signed with the new one and the old one in turn.
 */
export type LoxSignature = string;

/**
 * The id of the event (Standard Webhooks 1.0). It is the same in all attempts and deliveries of the event. Use it to
 * detect duplicates.
 */
export type WebhookMessageId = EventId;

/**
 * When this attempt was made, in seconds since 1970-01-01T00:00:00Z (Standard Webhooks 1.0). Reject requests whose
 * timestamp differs from your clock by more than 5 minutes.
 */
export type WebhookTimestamp = number;

/**
 * `v1,` and the base64 of the HMAC-SHA256 of `webhook-id`, `webhook-timestamp` and the raw body, joined by full stops
 * (Standard Webhooks 1.0). Its key is the 32 bytes that you get by base64-decoding the part of the secret after
 * `whsec_`. While a secret is being rotated there are two, separated by a space: verify one of them.
 */
export type WebhookSignature = string;

export type ListBackupsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * The number of items per page.
         */
        limit?: number;
        /**
         * The number of items to skip.
         */
        offset?: number;
        /**
         * The `next_cursor` of the page before. It is opaque, and holds for the filters it was made with: repeat them. If the
         * list has an `offset`, leave it out or 0.
         */
        cursor?: string;
        /**
         * Only backups in this status.
         */
        status?: BackupStatusFilter;
        /**
         * Only backups created at or after this time. A bare date (`2024-01-01`) means the beginning of that day in UTC.
         */
        created_after?: DateOrTime;
        /**
         * Only backups created before this time. A bare date (`2024-01-31`) includes the whole of that day in UTC; a
         * timestamp excludes its own instant. Must lie after `created_after`.
         */
        created_before?: DateOrTime;
        /**
         * Only backups of exactly this name. Upper and lower case differ.
         */
        name?: BackupNameFilter;
        /**
         * Only backups whose name begins with this. Upper and lower case differ, and no character stands for others: `%`
         * and `*` mean themselves.
         */
        name_prefix?: BackupNameFilter;
        /**
         * Only backups whose metadata have this value under this key, written as `metadata[source]=production-server`. At
         * most 5 keys, each of them once: a backup must have all of them, and may have others. The value must be equal;
         * upper and lower case differ, and an empty one is the empty string. The brackets may be percent-encoded. The key
         * is all that is between the first `[` and the last `]` of the parameter's name.
         */
        metadata?: MetadataFilter;
    };
    url: '/v1/backups';
};

export type ListBackupsErrors = {
    /**
     * A parameter is missing or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type ListBackupsError = ListBackupsErrors[keyof ListBackupsErrors];

export type ListBackupsResponses = {
    /**
     * One page of backups.
     */
    200: BackupList;
};

export type ListBackupsResponse = ListBackupsResponses[keyof ListBackupsResponses];

export type CreateBackupData = {
    /**
     * The backup to create.
     */
    body: CreateBackupRequest;
    headers?: {
        /**
         * A value that the client chooses, unique for each backup it wants to create, such as a random UUID. Kept for 24
         * hours per tenant. Printable ASCII without a space at either end.
         */
        'Idempotency-Key'?: string;
    };
    path?: never;
    query?: never;
    url: '/v1/backups';
};

export type CreateBackupErrors = {
    /**
     * The body or a header is missing or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The backup doesn't fit into what is left of the storage quota (`quota_exceeded`), the API key lacks the scope
     * `backups:write`, or the tenant is suspended and can only read (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * A request with the same Idempotency-Key is still in progress: try again after `Retry-After`. Or, without
     * `Retry-After`, the backup that the key created was deleted: use a new key (`idempotency_conflict`).
     */
    409: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The Idempotency-Key was used before with another body (`idempotency_mismatch`).
     */
    422: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type CreateBackupError = CreateBackupErrors[keyof CreateBackupErrors];

export type CreateBackupResponses = {
    /**
     * The backup was created, or had been by an earlier request with the same Idempotency-Key.
     */
    201: BackupUpload;
};

export type CreateBackupResponse = CreateBackupResponses[keyof CreateBackupResponses];

export type DeleteBackupData = {
    body?: never;
    path: {
        /**
         * The id of a backup.
         */
        id: BackupId;
    };
    query?: never;
    url: '/v1/backups/{id}';
};

export type DeleteBackupErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no backup with this id (`backup_not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type DeleteBackupError = DeleteBackupErrors[keyof DeleteBackupErrors];

export type DeleteBackupResponses = {
    /**
     * The backup is deleted.
     */
    200: DeletedBackup;
};

export type DeleteBackupResponse = DeleteBackupResponses[keyof DeleteBackupResponses];

export type GetBackupData = {
    body?: never;
    path: {
        /**
         * The id of a backup.
         */
        id: BackupId;
    };
    query?: never;
    url: '/v1/backups/{id}';
};

export type GetBackupErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no backup with this id (`backup_not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type GetBackupError = GetBackupErrors[keyof GetBackupErrors];

export type GetBackupResponses = {
    /**
     * The backup.
     */
    200: Backup;
};

export type GetBackupResponse = GetBackupResponses[keyof GetBackupResponses];

export type CompleteBackupData = {
    /**
     * What was uploaded, where it wasn't declared at creation.
     */
    body?: CompleteBackupRequest;
    path: {
        /**
         * The id of a backup.
         */
        id: BackupId;
    };
    query?: never;
    url: '/v1/backups/{id}/complete';
};

export type CompleteBackupErrors = {
    /**
     * The backup can't be completed. Nothing uploaded yet, or not the declared size (`upload_incomplete`); nothing
     * uploaded and the URL has expired (`upload_expired`); the bytes don't have the declared checksum
     * (`checksum_mismatch`); the backup has failed before (`invalid_state`); the body contradicts what was declared at creation,
     * the size of a stream is missing, or an unknown query parameter was sent (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no backup with this id (`backup_not_found`).
     */
    404: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type CompleteBackupError = CompleteBackupErrors[keyof CompleteBackupErrors];

export type CompleteBackupResponses = {
    /**
     * The backup is completed, by this call or an earlier one.
     */
    200: Backup;
    /**
     * The bytes are being verified. Poll the backup until it is `completed` or `failed`.
     */
    202: Backup;
};

export type CompleteBackupResponse = CompleteBackupResponses[keyof CompleteBackupResponses];

export type RenewUploadUrlData = {
    body?: never;
    path: {
        /**
         * The id of a backup.
         */
        id: BackupId;
    };
    query?: never;
    url: '/v1/backups/{id}/upload-url';
};

export type RenewUploadUrlErrors = {
    /**
     * The backup isn't pending or is uploaded in parts (`invalid_state`), or an unknown query parameter was sent
     * (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no backup with this id (`backup_not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type RenewUploadUrlError = RenewUploadUrlErrors[keyof RenewUploadUrlErrors];

export type RenewUploadUrlResponses = {
    /**
     * Where to upload the file.
     */
    200: BackupUpload;
};

export type RenewUploadUrlResponse = RenewUploadUrlResponses[keyof RenewUploadUrlResponses];

export type ListPartsData = {
    body?: never;
    path: {
        /**
         * The id of a backup.
         */
        id: BackupId;
    };
    query?: {
        /**
         * The number of parts per page.
         */
        limit?: number;
        /**
         * The `next_cursor` of the page before. It is opaque, and holds for the filters it was made with: repeat them. If the
         * list has an `offset`, leave it out or 0.
         */
        cursor?: string;
    };
    url: '/v1/backups/{id}/parts';
};

export type ListPartsErrors = {
    /**
     * The backup isn't pending or isn't uploaded in parts (`invalid_state`), or the body or a parameter is missing or wrong
     * (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no backup with this id (`backup_not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type ListPartsError = ListPartsErrors[keyof ListPartsErrors];

export type ListPartsResponses = {
    /**
     * One page of parts.
     */
    200: PartList;
};

export type ListPartsResponse = ListPartsResponses[keyof ListPartsResponses];

export type CreatePartUploadsData = {
    /**
     * The parts to upload.
     */
    body: CreatePartUploadsRequest;
    path: {
        /**
         * The id of a backup.
         */
        id: BackupId;
    };
    query?: never;
    url: '/v1/backups/{id}/parts';
};

export type CreatePartUploadsErrors = {
    /**
     * The backup isn't pending or isn't uploaded in parts (`invalid_state`), or the body or a parameter is missing or wrong
     * (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The backup doesn't fit into what is left of the storage quota (`quota_exceeded`), the API key lacks the scope
     * `backups:write`, or the tenant is suspended and can only read (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no backup with this id (`backup_not_found`).
     */
    404: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type CreatePartUploadsError = CreatePartUploadsErrors[keyof CreatePartUploadsErrors];

export type CreatePartUploadsResponses = {
    /**
     * Where to upload the parts.
     */
    200: PartUploads;
};

export type CreatePartUploadsResponse = CreatePartUploadsResponses[keyof CreatePartUploadsResponses];

export type GetBackupDownloadData = {
    body?: never;
    path: {
        /**
         * The id of a backup.
         */
        id: BackupId;
    };
    query?: never;
    url: '/v1/backups/{id}/download';
};

export type GetBackupDownloadErrors = {
    /**
     * The backup isn't completed (`invalid_state`), or an unknown query parameter was sent (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no backup with this id (`backup_not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type GetBackupDownloadError = GetBackupDownloadErrors[keyof GetBackupDownloadErrors];

export type GetBackupDownloadResponses = {
    /**
     * Where to fetch the bytes.
     */
    200: BackupDownload;
};

export type GetBackupDownloadResponse = GetBackupDownloadResponses[keyof GetBackupDownloadResponses];

export type GetStorageData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/storage';
};

export type GetStorageErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type GetStorageError = GetStorageErrors[keyof GetStorageErrors];

export type GetStorageResponses = {
    /**
     * Usage and quota.
     */
    200: Storage;
};

export type GetStorageResponse = GetStorageResponses[keyof GetStorageResponses];

export type GetStorageStatsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/storage/stats';
};

export type GetStorageStatsErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type GetStorageStatsError = GetStorageStatsErrors[keyof GetStorageStatsErrors];

export type GetStorageStatsResponses = {
    /**
     * Statistics of all backups.
     */
    200: StorageStats;
};

export type GetStorageStatsResponse = GetStorageStatsResponses[keyof GetStorageStatsResponses];

export type GetTenantData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/v1/tenant';
};

export type GetTenantErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type GetTenantError = GetTenantErrors[keyof GetTenantErrors];

export type GetTenantResponses = {
    /**
     * The tenant.
     */
    200: Tenant;
};

export type GetTenantResponse = GetTenantResponses[keyof GetTenantResponses];

export type UpdateTenantData = {
    /**
     * What to change.
     */
    body: UpdateTenantRequest;
    path?: never;
    query?: never;
    url: '/v1/tenant';
};

export type UpdateTenantErrors = {
    /**
     * The body has a field that is unknown, read-only or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type UpdateTenantError = UpdateTenantErrors[keyof UpdateTenantErrors];

export type UpdateTenantResponses = {
    /**
     * The tenant after the change.
     */
    200: Tenant;
};

export type UpdateTenantResponse = UpdateTenantResponses[keyof UpdateTenantResponses];

export type ListApiKeysData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * The number of items per page.
         */
        limit?: number;
        /**
         * The number of items to skip.
         */
        offset?: number;
    };
    url: '/v1/tenant/api-keys';
};

export type ListApiKeysErrors = {
    /**
     * A parameter is unknown or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type ListApiKeysError = ListApiKeysErrors[keyof ListApiKeysErrors];

export type ListApiKeysResponses = {
    /**
     * One page of API keys.
     */
    200: ApiKeyList;
};

export type ListApiKeysResponse = ListApiKeysResponses[keyof ListApiKeysResponses];

export type CreateApiKeyData = {
    /**
     * The new key's name, scopes and expiry. An empty object creates a key with full access and no expiry.
     */
    body: CreateApiKeyRequest;
    path?: never;
    query?: never;
    url: '/v1/tenant/api-keys';
};

export type CreateApiKeyErrors = {
    /**
     * The body is missing, or a field of it is unknown or wrong (`validation_error`), or the tenant has 1,000 keys that
     * are neither revoked nor expired for a day (`invalid_state`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The new key would have scopes that the request's API key lacks; the request's API key lacks the scope `keys:write`;
     * or the tenant is suspended and can only read (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type CreateApiKeyError = CreateApiKeyErrors[keyof CreateApiKeyErrors];

export type CreateApiKeyResponses = {
    /**
     * The key was created.
     */
    201: CreatedApiKey;
};

export type CreateApiKeyResponse = CreateApiKeyResponses[keyof CreateApiKeyResponses];

export type RevokeApiKeyData = {
    body?: never;
    path: {
        /**
         * The id of an API key.
         */
        id: ApiKeyId;
    };
    query?: never;
    url: '/v1/tenant/api-keys/{id}';
};

export type RevokeApiKeyErrors = {
    /**
     * No other key with full access lasts as long as this one (`invalid_state`), or an unknown query parameter was sent
     * (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The key has scopes that the request's API key lacks; the request's API key lacks the scope `keys:write`; or the tenant
     * is suspended and can only read (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no API key with this id, or it was revoked (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type RevokeApiKeyError = RevokeApiKeyErrors[keyof RevokeApiKeyErrors];

export type RevokeApiKeyResponses = {
    /**
     * The key is revoked.
     */
    200: RevokedApiKey;
};

export type RevokeApiKeyResponse = RevokeApiKeyResponses[keyof RevokeApiKeyResponses];

export type RotateApiKeyData = {
    /**
     * Optional settings of the rotation.
     */
    body?: RotateApiKeyRequest;
    path: {
        /**
         * The id of an API key.
         */
        id: ApiKeyId;
    };
    query?: never;
    url: '/v1/tenant/api-keys/{id}/rotate';
};

export type RotateApiKeyErrors = {
    /**
     * The key was rotated before or has expired, or it has full access and no other such key lasts as long as it does
     * (`invalid_state`), or the body has a field that is unknown or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The new key would have scopes that the request's API key lacks; the request's API key lacks the scope `keys:write`;
     * or the tenant is suspended and can only read (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no API key with this id, or it was revoked (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type RotateApiKeyError = RotateApiKeyErrors[keyof RotateApiKeyErrors];

export type RotateApiKeyResponses = {
    /**
     * The new key.
     */
    201: RotatedApiKey;
};

export type RotateApiKeyResponse = RotateApiKeyResponses[keyof RotateApiKeyResponses];

export type ListWebhooksData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * The number of items per page.
         */
        limit?: number;
        /**
         * The number of items to skip.
         */
        offset?: number;
    };
    url: '/v1/webhooks';
};

export type ListWebhooksErrors = {
    /**
     * A parameter is unknown or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type ListWebhooksError = ListWebhooksErrors[keyof ListWebhooksErrors];

export type ListWebhooksResponses = {
    /**
     * One page of webhooks.
     */
    200: WebhookList;
};

export type ListWebhooksResponse = ListWebhooksResponses[keyof ListWebhooksResponses];

export type CreateWebhookData = {
    /**
     * The URL and the events of the new webhook.
     */
    body: CreateWebhookRequest;
    path?: never;
    query?: never;
    url: '/v1/webhooks';
};

export type CreateWebhookErrors = {
    /**
     * The body is missing, or a field of it is unknown or wrong (`validation_error`), or the tenant has 50 webhooks already,
     * or 10 to the same host (`invalid_state`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type CreateWebhookError = CreateWebhookErrors[keyof CreateWebhookErrors];

export type CreateWebhookResponses = {
    /**
     * The webhook was created.
     */
    201: CreatedWebhook;
};

export type CreateWebhookResponse = CreateWebhookResponses[keyof CreateWebhookResponses];

export type DeleteWebhookData = {
    body?: never;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
    };
    query?: never;
    url: '/v1/webhooks/{id}';
};

export type DeleteWebhookErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no webhook with this id (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type DeleteWebhookError = DeleteWebhookErrors[keyof DeleteWebhookErrors];

export type DeleteWebhookResponses = {
    /**
     * The webhook is deleted.
     */
    200: DeletedWebhook;
};

export type DeleteWebhookResponse = DeleteWebhookResponses[keyof DeleteWebhookResponses];

export type GetWebhookData = {
    body?: never;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
    };
    query?: never;
    url: '/v1/webhooks/{id}';
};

export type GetWebhookErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no webhook with this id (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type GetWebhookError = GetWebhookErrors[keyof GetWebhookErrors];

export type GetWebhookResponses = {
    /**
     * The webhook.
     */
    200: Webhook;
};

export type GetWebhookResponse = GetWebhookResponses[keyof GetWebhookResponses];

export type UpdateWebhookData = {
    /**
     * What to change.
     */
    body: UpdateWebhookRequest;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
    };
    query?: never;
    url: '/v1/webhooks/{id}';
};

export type UpdateWebhookErrors = {
    /**
     * The body has a field that is unknown, read-only or wrong (`validation_error`), or the new URL has a host to which the
     * tenant has 10 webhooks already (`invalid_state`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no webhook with this id (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type UpdateWebhookError = UpdateWebhookErrors[keyof UpdateWebhookErrors];

export type UpdateWebhookResponses = {
    /**
     * The webhook after the change.
     */
    200: Webhook;
};

export type UpdateWebhookResponse = UpdateWebhookResponses[keyof UpdateWebhookResponses];

export type RotateWebhookSecretData = {
    /**
     * Optional settings of the rotation.
     */
    body?: RotateWebhookSecretRequest;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
    };
    query?: never;
    url: '/v1/webhooks/{id}/rotate-secret';
};

export type RotateWebhookSecretErrors = {
    /**
     * The body has a field that is unknown or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no webhook with this id (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type RotateWebhookSecretError = RotateWebhookSecretErrors[keyof RotateWebhookSecretErrors];

export type RotateWebhookSecretResponses = {
    /**
     * The new secret.
     */
    200: RotatedWebhookSecret;
};

export type RotateWebhookSecretResponse = RotateWebhookSecretResponses[keyof RotateWebhookSecretResponses];

export type TestWebhookData = {
    body?: never;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
    };
    query?: never;
    url: '/v1/webhooks/{id}/test';
};

export type TestWebhookErrors = {
    /**
     * The webhook is disabled (`invalid_state`), or an unknown query parameter was sent (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no webhook with this id (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type TestWebhookError = TestWebhookErrors[keyof TestWebhookErrors];

export type TestWebhookResponses = {
    /**
     * The delivery of the test event.
     */
    202: Delivery;
};

export type TestWebhookResponse = TestWebhookResponses[keyof TestWebhookResponses];

export type ListWebhookDeliveriesData = {
    body?: never;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
    };
    query?: {
        /**
         * The number of items per page.
         */
        limit?: number;
        /**
         * The number of items to skip.
         */
        offset?: number;
        /**
         * Only deliveries in this status.
         */
        status?: DeliveryStatusFilter;
        /**
         * Only deliveries of events of this type.
         */
        event?: EventTypeFilter;
        /**
         * Only deliveries created at or after this time. A bare date (`2024-01-01`) means the beginning of that day in UTC.
         */
        created_after?: DateOrTime;
        /**
         * Only deliveries created before this time. A bare date (`2024-01-31`) includes the whole of that day in UTC; a
         * timestamp excludes its own instant. Must lie after `created_after`.
         */
        created_before?: DateOrTime;
    };
    url: '/v1/webhooks/{id}/deliveries';
};

export type ListWebhookDeliveriesErrors = {
    /**
     * A parameter is unknown or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no webhook with this id (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type ListWebhookDeliveriesError = ListWebhookDeliveriesErrors[keyof ListWebhookDeliveriesErrors];

export type ListWebhookDeliveriesResponses = {
    /**
     * One page of deliveries.
     */
    200: DeliveryList;
};

export type ListWebhookDeliveriesResponse = ListWebhookDeliveriesResponses[keyof ListWebhookDeliveriesResponses];

export type GetWebhookDeliveryData = {
    body?: never;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
        /**
         * The id of a delivery to the webhook.
         */
        delivery_id: DeliveryId;
    };
    query?: never;
    url: '/v1/webhooks/{id}/deliveries/{delivery_id}';
};

export type GetWebhookDeliveryErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * There is no webhook with this id, or the webhook has no delivery with that id (`not_found`). Finished deliveries
     * are deleted after 30 days.
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type GetWebhookDeliveryError = GetWebhookDeliveryErrors[keyof GetWebhookDeliveryErrors];

export type GetWebhookDeliveryResponses = {
    /**
     * The delivery.
     */
    200: DeliveryDetails;
};

export type GetWebhookDeliveryResponse = GetWebhookDeliveryResponses[keyof GetWebhookDeliveryResponses];

export type RedeliverWebhookDeliveryData = {
    body?: never;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
        /**
         * The id of a delivery to the webhook.
         */
        delivery_id: DeliveryId;
    };
    query?: never;
    url: '/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver';
};

export type RedeliverWebhookDeliveryErrors = {
    /**
     * The delivery is still pending, or the webhook is disabled (`invalid_state`), or an unknown query parameter was sent
     * (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * There is no webhook with this id, or the webhook has no delivery with that id (`not_found`). Finished deliveries
     * are deleted after 30 days.
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type RedeliverWebhookDeliveryError = RedeliverWebhookDeliveryErrors[keyof RedeliverWebhookDeliveryErrors];

export type RedeliverWebhookDeliveryResponses = {
    /**
     * The delivery is pending again.
     */
    202: Delivery;
};

export type RedeliverWebhookDeliveryResponse = RedeliverWebhookDeliveryResponses[keyof RedeliverWebhookDeliveryResponses];

export type RecoverWebhookData = {
    /**
     * Which failed deliveries to send again.
     */
    body: RecoverWebhookRequest;
    path: {
        /**
         * The id of a webhook.
         */
        id: WebhookId;
    };
    query?: never;
    url: '/v1/webhooks/{id}/recover';
};

export type RecoverWebhookErrors = {
    /**
     * The webhook is disabled (`invalid_state`), or the body is missing or has a field that is unknown or wrong
     * (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires, or the tenant is suspended and can only read
     * (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The tenant has no webhook with this id (`not_found`).
     */
    404: ErrorResponse;
    /**
     * The request body is larger than 1 MiB (`payload_too_large`).
     */
    413: ErrorResponse;
    /**
     * The request body is not declared as JSON in UTF-8, or it is compressed (`unsupported_media_type`).
     */
    415: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type RecoverWebhookError = RecoverWebhookErrors[keyof RecoverWebhookErrors];

export type RecoverWebhookResponses = {
    /**
     * The deliveries are pending again.
     */
    200: RecoveredDeliveries;
};

export type RecoverWebhookResponse = RecoverWebhookResponses[keyof RecoverWebhookResponses];

export type ListEventsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * The number of items per page.
         */
        limit?: number;
        /**
         * The `next_cursor` of the page before. It is opaque, and holds for the filters it was made with: repeat them. If the
         * list has an `offset`, leave it out or 0.
         */
        cursor?: string;
        /**
         * Only events of this type.
         */
        type?: RecordedEventTypeFilter;
        /**
         * Only events about the backup, API key, webhook or tenant with this id. It may be deleted.
         */
        subject?: SubjectFilter;
        /**
         * Only events of this actor, by its `id`: an API key, a command of the operator, or a job of LOX.
         */
        actor?: ActorFilter;
        /**
         * Only events that happened at or after this time. A bare date (`2024-01-01`) means the beginning of that day in UTC.
         */
        created_after?: DateOrTime;
        /**
         * Only events that happened before this time. A bare date (`2024-01-31`) includes the whole of that day in UTC; a
         * timestamp excludes its own instant. Must lie after `created_after`.
         */
        created_before?: DateOrTime;
    };
    url: '/v1/events';
};

export type ListEventsErrors = {
    /**
     * A parameter is unknown or wrong (`validation_error`).
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type ListEventsError = ListEventsErrors[keyof ListEventsErrors];

export type ListEventsResponses = {
    /**
     * One page of events.
     */
    200: RecordedEventList;
};

export type ListEventsResponse = ListEventsResponses[keyof ListEventsResponses];

export type GetEventData = {
    body?: never;
    path: {
        /**
         * The id of an event.
         */
        id: EventId;
    };
    query?: never;
    url: '/v1/events/{id}';
};

export type GetEventErrors = {
    /**
     * An unknown query parameter was sent (`validation_error`). A malformed id is answered with 404, like an id that does
     * not exist.
     */
    400: ErrorResponse;
    /**
     * The API key is missing, malformed, unknown, expired or revoked (`authentication_error`).
     */
    401: ErrorResponse;
    /**
     * The API key lacks the scope that this operation requires (`permission_denied`).
     */
    403: ErrorResponse;
    /**
     * The record of the tenant has no event with this id (`not_found`). Events are kept for as long as the operator has
     * chosen.
     */
    404: ErrorResponse;
    /**
     * The cap per minute or the cap per hour is reached (`rate_limited`). Try again after `Retry-After` seconds.
     */
    429: ErrorResponse;
    /**
     * The server failed (`internal_error`). Quote the `X-Request-Id` when you report it.
     */
    500: ErrorResponse;
    /**
     * The server can't reach its database or its storage, has no room for the upload, or is overloaded (`unavailable`).
     * Try again after `Retry-After` seconds.
     */
    503: ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '4XX': ErrorResponse;
    /**
     * Any other error, such as one that a later version has added. Its `code` says what went wrong.
     */
    '5XX': ErrorResponse;
};

export type GetEventError = GetEventErrors[keyof GetEventErrors];

export type GetEventResponses = {
    /**
     * The event.
     */
    200: RecordedEvent;
};

export type GetEventResponse = GetEventResponses[keyof GetEventResponses];
