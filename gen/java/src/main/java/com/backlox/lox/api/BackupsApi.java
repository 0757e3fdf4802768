// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.api;

import com.backlox.lox.ApiClient;
import com.backlox.lox.ApiException;
import com.backlox.lox.ApiResponse;
import com.backlox.lox.model.Backup;
import com.backlox.lox.model.BackupDownload;
import com.backlox.lox.model.BackupList;
import com.backlox.lox.model.BackupStatusFilter;
import com.backlox.lox.model.BackupUpload;
import com.backlox.lox.model.CompleteBackupRequest;
import com.backlox.lox.model.CreateBackupRequest;
import com.backlox.lox.model.CreatePartUploadsRequest;
import com.backlox.lox.model.DeletedBackup;
import com.backlox.lox.model.ErrorResponse;
import org.jspecify.annotations.Nullable;
import com.backlox.lox.model.PartList;
import com.backlox.lox.model.PartUploads;
import java.util.Map;

public class BackupsApi {
  private final ApiClient client;

  public BackupsApi(ApiClient client) {
    this.client = client;
  }

  /**
   * Mark an upload as complete.
   *
   * <p>Has the server verify the uploaded bytes: their size, and their SHA-256 against the &#x60;checksum&#x60; declared at creation, if one was. Call it once the &#x60;PUT&#x60;, or that of all parts, has succeeded. Parts are put together first.  The body may be left out, unless the backup is a stream: then &#x60;size_bytes&#x60; is required. A &#x60;checksum&#x60; in it counts like one that was declared at creation.  Answers 200 with status &#x60;completed&#x60; when verification is done within 30 seconds, else 202 with status &#x60;verifying&#x60;; then poll &#x60;getBackup&#x60;. Repeating the call is safe: it returns the backup as it is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A mismatch of the checksum fails the backup for good.
   *
   * @param id The id of a backup.
   * @param completeBackupRequest What was uploaded, where it wasn&#39;t declared at creation. Optional.
   */
  public Backup completeBackup(String id, @Nullable CompleteBackupRequest completeBackupRequest) throws ApiException {
    return completeBackupWithHttpInfo(id, completeBackupRequest).data();
  }

  /** {@link #completeBackup}, with the status and the headers of the response. */
  public ApiResponse<Backup> completeBackupWithHttpInfo(String id, @Nullable CompleteBackupRequest completeBackupRequest) throws ApiException {
    return client.request("POST", "/v1/backups/{id}/complete")
        .path("id", id)
        .body(completeBackupRequest)
        .send(Backup.class);
  }

  /**
   * Create a backup.
   *
   * <p>Reserves &#x60;size_bytes&#x60; of the quota, creates a backup in status &#x60;pending&#x60; and returns the URL to upload the file to. Send the file there with one &#x60;PUT&#x60;, with every header of &#x60;upload_headers&#x60;, then call &#x60;completeBackup&#x60;.  With &#x60;multipart&#x60;, which files above 5 GiB and streams of unknown size need, there is no &#x60;upload_url&#x60;: the answer says in &#x60;multipart&#x60; how large the parts are, and &#x60;createPartUploads&#x60; returns their URLs. The guide explains it under Large files.  The URL is valid for 30 minutes unless the server is configured otherwise (&#x60;upload_expires_at&#x60;). Size, content type and checksum are part of its signature: the store refuses any other. Until the URL expires, an upload that broke off can be sent to it again. The guide has the errors of uploads under Errors. A backup that is not completed is ended at the earliest 15 minutes after the URL has expired: if the whole file was uploaded, the backup is completed, and else it fails, and its part of the quota is released.  With an &#x60;Idempotency-Key&#x60; the request can be repeated safely for 24 hours: the same body returns the same backup and &#x60;Idempotent-Replayed: true&#x60; instead of creating another. While the backup is &#x60;pending&#x60;, the URL is a fresh one. After that it is the last one that was given out, and uploading to it again changes nothing. Once the backup was deleted, the key answers 409: it never creates a second one.  A request that is refused, or that returns a backup which was created before, counts as an API call instead of an upload.
   *
   * @param createBackupRequest The backup to create.
   * @param idempotencyKey A value that the client chooses, unique for each backup it wants to create, such as a random UUID. Kept for 24 hours per tenant. Printable ASCII without a space at either end. Optional.
   */
  public BackupUpload createBackup(CreateBackupRequest createBackupRequest, @Nullable String idempotencyKey) throws ApiException {
    return createBackupWithHttpInfo(createBackupRequest, idempotencyKey).data();
  }

  /** {@link #createBackup}, with the status and the headers of the response. */
  public ApiResponse<BackupUpload> createBackupWithHttpInfo(CreateBackupRequest createBackupRequest, @Nullable String idempotencyKey) throws ApiException {
    return client.request("POST", "/v1/backups")
        .header("Idempotency-Key", idempotencyKey)
        .body(java.util.Objects.requireNonNull(createBackupRequest, "createBackupRequest"))
        .send(BackupUpload.class);
  }

  /**
   * Get upload URLs of parts.
   *
   * <p>Returns the URLs to upload up to 100 parts of a &#x60;pending&#x60; backup to, valid for as long as an upload URL is. Parts may be uploaded in any order and several at once. A part that is uploaded again replaces the one before, and a URL can be asked for again.  All parts have &#x60;part_size_bytes&#x60;, but for the last, which has the rest. Of a stream the last part says its &#x60;size_bytes&#x60;. A stream reserves quota up to the highest part whose URL was asked for.
   *
   * @param id The id of a backup.
   * @param createPartUploadsRequest The parts to upload.
   */
  public PartUploads createPartUploads(String id, CreatePartUploadsRequest createPartUploadsRequest) throws ApiException {
    return createPartUploadsWithHttpInfo(id, createPartUploadsRequest).data();
  }

  /** {@link #createPartUploads}, with the status and the headers of the response. */
  public ApiResponse<PartUploads> createPartUploadsWithHttpInfo(String id, CreatePartUploadsRequest createPartUploadsRequest) throws ApiException {
    return client.request("POST", "/v1/backups/{id}/parts")
        .path("id", id)
        .body(java.util.Objects.requireNonNull(createPartUploadsRequest, "createPartUploadsRequest"))
        .send(PartUploads.class);
  }

  /**
   * Delete a backup.
   *
   * <p>Deletes a backup in any status, for good, and releases its part of the quota. Its stored bytes are removed shortly after. From then on, its signed URLs no longer work. Deleting it a second time answers 404.
   *
   * @param id The id of a backup.
   */
  public DeletedBackup deleteBackup(String id) throws ApiException {
    return deleteBackupWithHttpInfo(id).data();
  }

  /** {@link #deleteBackup}, with the status and the headers of the response. */
  public ApiResponse<DeletedBackup> deleteBackupWithHttpInfo(String id) throws ApiException {
    return client.request("DELETE", "/v1/backups/{id}")
        .path("id", id)
        .send(DeletedBackup.class);
  }

  /**
   * Get a backup.
   *
   * <p>Returns one backup in its present status. Poll it to follow a verification that &#x60;completeBackup&#x60; answered with 202: &#x60;verified_bytes&#x60; says how far it is.
   *
   * @param id The id of a backup.
   */
  public Backup getBackup(String id) throws ApiException {
    return getBackupWithHttpInfo(id).data();
  }

  /** {@link #getBackup}, with the status and the headers of the response. */
  public ApiResponse<Backup> getBackupWithHttpInfo(String id) throws ApiException {
    return client.request("GET", "/v1/backups/{id}")
        .path("id", id)
        .send(Backup.class);
  }

  /**
   * Get a download URL.
   *
   * <p>Returns a signed URL from which anyone who has it can fetch the bytes of a completed backup, without an API key, until &#x60;expires_at&#x60; (60 minutes unless the server is configured otherwise). It accepts &#x60;Range&#x60; requests, so that a download cut short can be resumed. Compare the SHA-256 of what arrived with &#x60;checksum&#x60;.
   *
   * @param id The id of a backup.
   */
  public BackupDownload getBackupDownload(String id) throws ApiException {
    return getBackupDownloadWithHttpInfo(id).data();
  }

  /** {@link #getBackupDownload}, with the status and the headers of the response. */
  public ApiResponse<BackupDownload> getBackupDownloadWithHttpInfo(String id) throws ApiException {
    return client.request("GET", "/v1/backups/{id}/download")
        .path("id", id)
        .send(BackupDownload.class);
  }

  /**
   * List backups.
   *
   * <p>Returns the tenant&#39;s backups, newest first (by &#x60;created_at&#x60;, then by &#x60;id&#x60;). A backup must match all filters given. &#x60;total&#x60; is the exact number of backups that match, over all pages, whatever the filters are.  Page with &#x60;limit&#x60; and &#x60;offset&#x60;, or for long lists follow &#x60;next_cursor&#x60;: a page fetched by &#x60;cursor&#x60; is equally fast at any depth, and backups created in the meantime do not move items between pages.
   *
   * @param limit The number of items per page. Optional.
   * @param offset The number of items to skip. Optional.
   * @param cursor The &#x60;next_cursor&#x60; of the page before. It is opaque, and holds for the filters it was made with: repeat them. If the list has an &#x60;offset&#x60;, leave it out or 0. Optional.
   * @param status Only backups in this status. Optional.
   * @param createdAfter Only backups created at or after this time. A bare date (&#x60;2024-01-01&#x60;) means the beginning of that day in UTC. Optional.
   * @param createdBefore Only backups created before this time. A bare date (&#x60;2024-01-31&#x60;) includes the whole of that day in UTC; a timestamp excludes its own instant. Must lie after &#x60;created_after&#x60;. Optional.
   * @param name Only backups of exactly this name. Upper and lower case differ. Optional.
   * @param namePrefix Only backups whose name begins with this. Upper and lower case differ, and no character stands for others: &#x60;%&#x60; and &#x60;*&#x60; mean themselves. Optional.
   * @param metadata Only backups whose metadata have this value under this key, written as &#x60;metadata[source]&#x3D;production-server&#x60;. At most 5 keys, each of them once: a backup must have all of them, and may have others. The value must be equal; upper and lower case differ, and an empty one is the empty string. The brackets may be percent-encoded. The key is all that is between the first &#x60;[&#x60; and the last &#x60;]&#x60; of the parameter&#39;s name. Optional.
   */
  public BackupList listBackups(@Nullable Integer limit, @Nullable Integer offset, @Nullable String cursor, @Nullable BackupStatusFilter status, @Nullable String createdAfter, @Nullable String createdBefore, @Nullable String name, @Nullable String namePrefix, @Nullable Map<String, String> metadata) throws ApiException {
    return listBackupsWithHttpInfo(limit, offset, cursor, status, createdAfter, createdBefore, name, namePrefix, metadata).data();
  }

  /** {@link #listBackups}, with the status and the headers of the response. */
  public ApiResponse<BackupList> listBackupsWithHttpInfo(@Nullable Integer limit, @Nullable Integer offset, @Nullable String cursor, @Nullable BackupStatusFilter status, @Nullable String createdAfter, @Nullable String createdBefore, @Nullable String name, @Nullable String namePrefix, @Nullable Map<String, String> metadata) throws ApiException {
    return client.request("GET", "/v1/backups")
        .query("limit", limit)
        .query("offset", offset)
        .query("cursor", cursor)
        .query("status", status)
        .query("created_after", createdAfter)
        .query("created_before", createdBefore)
        .query("name", name)
        .query("name_prefix", namePrefix)
        .query("metadata", metadata)
        .send(BackupList.class);
  }

  /**
   * List the parts that have arrived.
   *
   * <p>Returns the parts of a &#x60;pending&#x60; backup whose bytes are all in the store, in the order of their numbers. An upload that broke off goes on with those that are missing.
   *
   * @param id The id of a backup.
   * @param limit The number of parts per page. Optional.
   * @param cursor The &#x60;next_cursor&#x60; of the page before. It is opaque, and holds for the filters it was made with: repeat them. If the list has an &#x60;offset&#x60;, leave it out or 0. Optional.
   */
  public PartList listParts(String id, @Nullable Integer limit, @Nullable String cursor) throws ApiException {
    return listPartsWithHttpInfo(id, limit, cursor).data();
  }

  /** {@link #listParts}, with the status and the headers of the response. */
  public ApiResponse<PartList> listPartsWithHttpInfo(String id, @Nullable Integer limit, @Nullable String cursor) throws ApiException {
    return client.request("GET", "/v1/backups/{id}/parts")
        .path("id", id)
        .query("limit", limit)
        .query("cursor", cursor)
        .send(PartList.class);
  }

  /**
   * Get another upload URL.
   *
   * <p>Returns a fresh URL to upload the file of a &#x60;pending&#x60; backup to, valid for as long as the first one was. Use it when the URL has expired, or when the store refuses it because the server&#39;s access to the store has changed since. The request has no body. An upload to an earlier URL that is still under way is not disturbed. The URLs of parts come from &#x60;createPartUploads&#x60; instead.
   *
   * @param id The id of a backup.
   */
  public BackupUpload renewUploadUrl(String id) throws ApiException {
    return renewUploadUrlWithHttpInfo(id).data();
  }

  /** {@link #renewUploadUrl}, with the status and the headers of the response. */
  public ApiResponse<BackupUpload> renewUploadUrlWithHttpInfo(String id) throws ApiException {
    return client.request("POST", "/v1/backups/{id}/upload-url")
        .path("id", id)
        .send(BackupUpload.class);
  }
}
