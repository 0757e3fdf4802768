// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.api;

import com.backlox.lox.ApiClient;
import com.backlox.lox.ApiException;
import com.backlox.lox.ApiResponse;
import com.backlox.lox.model.ErrorResponse;
import com.backlox.lox.model.Storage;
import com.backlox.lox.model.StorageStats;

public class StorageApi {
  private final ApiClient client;

  public StorageApi(ApiClient client) {
    this.client = client;
  }

  /**
   * Get storage usage and quota.
   *
   * <p>Returns how much of the quota the tenant&#39;s backups take. &#x60;used_bytes&#x60;, &#x60;backup_count&#x60; and the two dates cover completed backups; what is &#x60;pending&#x60; or &#x60;verifying&#x60; counts as reserved. A new backup must fit into what is left of &#x60;quota_bytes&#x60; after both.
   *
   */
  public Storage getStorage() throws ApiException {
    return getStorageWithHttpInfo().data();
  }

  /** {@link #getStorage}, with the status and the headers of the response. */
  public ApiResponse<Storage> getStorageWithHttpInfo() throws ApiException {
    return client.request("GET", "/v1/storage")
        .send(Storage.class);
  }

  /**
   * Get detailed storage statistics.
   *
   * <p>Returns counts and sizes by status and by content type, how storage developed over the last 30 days, and when the quota will be full at the present rate of growth. Days are those of UTC.
   *
   */
  public StorageStats getStorageStats() throws ApiException {
    return getStorageStatsWithHttpInfo().data();
  }

  /** {@link #getStorageStats}, with the status and the headers of the response. */
  public ApiResponse<StorageStats> getStorageStatsWithHttpInfo() throws ApiException {
    return client.request("GET", "/v1/storage/stats")
        .send(StorageStats.class);
  }
}
