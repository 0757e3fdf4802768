// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.api;

import com.backlox.lox.ApiClient;
import com.backlox.lox.ApiException;
import com.backlox.lox.ApiResponse;
import com.backlox.lox.model.ApiKeyList;
import com.backlox.lox.model.CreateApiKeyRequest;
import com.backlox.lox.model.CreatedApiKey;
import com.backlox.lox.model.ErrorResponse;
import org.jspecify.annotations.Nullable;
import com.backlox.lox.model.RevokedApiKey;
import com.backlox.lox.model.RotateApiKeyRequest;
import com.backlox.lox.model.RotatedApiKey;
import com.backlox.lox.model.Tenant;
import com.backlox.lox.model.UpdateTenantRequest;

public class TenantApi {
  private final ApiClient client;

  public TenantApi(ApiClient client) {
    this.client = client;
  }

  /**
   * Create an API key.
   *
   * <p>Creates a key and returns it. **The response is the only place where &#x60;key&#x60; is ever shown**; the server keeps no more than its SHA-256.  A key can&#39;t create a key with more rights than its own. If the request&#39;s key has scopes, &#x60;scopes&#x60; is required and can contain only those.
   *
   * @param createApiKeyRequest The new key&#39;s name, scopes and expiry. An empty object creates a key with full access and no expiry.
   */
  public CreatedApiKey createApiKey(CreateApiKeyRequest createApiKeyRequest) throws ApiException {
    return createApiKeyWithHttpInfo(createApiKeyRequest).data();
  }

  /** {@link #createApiKey}, with the status and the headers of the response. */
  public ApiResponse<CreatedApiKey> createApiKeyWithHttpInfo(CreateApiKeyRequest createApiKeyRequest) throws ApiException {
    return client.request("POST", "/v1/tenant/api-keys")
        .body(java.util.Objects.requireNonNull(createApiKeyRequest, "createApiKeyRequest"))
        .send(CreatedApiKey.class);
  }

  /**
   * Get tenant info.
   *
   * <p>Returns the tenant that the API key belongs to, with its plan, quota and rate limits.
   *
   */
  public Tenant getTenant() throws ApiException {
    return getTenantWithHttpInfo().data();
  }

  /** {@link #getTenant}, with the status and the headers of the response. */
  public ApiResponse<Tenant> getTenantWithHttpInfo() throws ApiException {
    return client.request("GET", "/v1/tenant")
        .send(Tenant.class);
  }

  /**
   * List API keys.
   *
   * <p>Returns the tenant&#39;s API keys, newest first (by &#x60;created_at&#x60;, then by &#x60;id&#x60;), without the keys themselves: those are shown only once, when they are made. A key that was revoked is not listed; one that has expired is, until it is revoked.
   *
   * @param limit The number of items per page. Optional.
   * @param offset The number of items to skip. Optional.
   */
  public ApiKeyList listApiKeys(@Nullable Integer limit, @Nullable Integer offset) throws ApiException {
    return listApiKeysWithHttpInfo(limit, offset).data();
  }

  /** {@link #listApiKeys}, with the status and the headers of the response. */
  public ApiResponse<ApiKeyList> listApiKeysWithHttpInfo(@Nullable Integer limit, @Nullable Integer offset) throws ApiException {
    return client.request("GET", "/v1/tenant/api-keys")
        .query("limit", limit)
        .query("offset", offset)
        .send(ApiKeyList.class);
  }

  /**
   * Revoke an API key.
   *
   * <p>Makes a key stop working, for good and on every server within a second. A request may revoke its own key. Revoking it a second time answers 404.  A key can only revoke keys whose scopes it has itself; otherwise the answer is 403. A key with full access (one without scopes) can only be revoked while another one lasts at least as long, so that nobody locks themselves out.
   *
   * @param id The id of an API key.
   */
  public RevokedApiKey revokeApiKey(String id) throws ApiException {
    return revokeApiKeyWithHttpInfo(id).data();
  }

  /** {@link #revokeApiKey}, with the status and the headers of the response. */
  public ApiResponse<RevokedApiKey> revokeApiKeyWithHttpInfo(String id) throws ApiException {
    return client.request("DELETE", "/v1/tenant/api-keys/{id}")
        .path("id", id)
        .send(RevokedApiKey.class);
  }

  /**
   * Rotate an API key.
   *
   * <p>Creates a key with the name and the scopes of this one and returns it, &#x60;key&#x60; included: **it is shown only this once**. The old key continues to work for &#x60;overlap_seconds&#x60;, a day unless the request says otherwise, so that the new one can be put in place without a gap; after that it has expired. With 0 it stops working at once.  The body may be left out. A key that was rotated before, or has expired, can&#39;t be rotated.
   *
   * @param id The id of an API key.
   * @param rotateApiKeyRequest Optional settings of the rotation. Optional.
   */
  public RotatedApiKey rotateApiKey(String id, @Nullable RotateApiKeyRequest rotateApiKeyRequest) throws ApiException {
    return rotateApiKeyWithHttpInfo(id, rotateApiKeyRequest).data();
  }

  /** {@link #rotateApiKey}, with the status and the headers of the response. */
  public ApiResponse<RotatedApiKey> rotateApiKeyWithHttpInfo(String id, @Nullable RotateApiKeyRequest rotateApiKeyRequest) throws ApiException {
    return client.request("POST", "/v1/tenant/api-keys/{id}/rotate")
        .path("id", id)
        .body(rotateApiKeyRequest)
        .send(RotatedApiKey.class);
  }

  /**
   * Update tenant settings.
   *
   * <p>Changes the fields that the body has and leaves all others as they are (a merge patch, RFC 7396): a value sets the field, &#x60;null&#x60; removes it. Within &#x60;settings&#x60; the same holds for each key. An empty object changes nothing.  Plan, status and quota are set by the operator of the service, so a body that has one of them is refused.
   *
   * @param updateTenantRequest What to change.
   */
  public Tenant updateTenant(UpdateTenantRequest updateTenantRequest) throws ApiException {
    return updateTenantWithHttpInfo(updateTenantRequest).data();
  }

  /** {@link #updateTenant}, with the status and the headers of the response. */
  public ApiResponse<Tenant> updateTenantWithHttpInfo(UpdateTenantRequest updateTenantRequest) throws ApiException {
    return client.request("PATCH", "/v1/tenant")
        .body(java.util.Objects.requireNonNull(updateTenantRequest, "updateTenantRequest"))
        .send(Tenant.class);
  }
}
