// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.api;

import com.backlox.lox.ApiClient;
import com.backlox.lox.ApiException;
import com.backlox.lox.ApiResponse;
import com.backlox.lox.model.CreateWebhookRequest;
import com.backlox.lox.model.CreatedWebhook;
import com.backlox.lox.model.DeletedWebhook;
import com.backlox.lox.model.Delivery;
import com.backlox.lox.model.DeliveryDetails;
import com.backlox.lox.model.DeliveryList;
import com.backlox.lox.model.DeliveryStatusFilter;
import com.backlox.lox.model.ErrorResponse;
import com.backlox.lox.model.EventTypeFilter;
import org.jspecify.annotations.Nullable;
import com.backlox.lox.model.RecoverWebhookRequest;
import com.backlox.lox.model.RecoveredDeliveries;
import com.backlox.lox.model.RotateWebhookSecretRequest;
import com.backlox.lox.model.RotatedWebhookSecret;
import com.backlox.lox.model.UpdateWebhookRequest;
import com.backlox.lox.model.Webhook;
import com.backlox.lox.model.WebhookList;

public class WebhooksApi {
  private final ApiClient client;

  public WebhooksApi(ApiClient client) {
    this.client = client;
  }

  /**
   * Create a webhook.
   *
   * <p>Has events of the tenant sent to a URL from now on, and returns the secret that they are signed with, &#x60;secret&#x60;: **it is shown only this once**. Without &#x60;events&#x60;, a webhook gets &#x60;backup.completed&#x60; and &#x60;backup.failed&#x60;. A tenant can have 50 webhooks, 10 of them to one host.  The host must be public, unless the server is configured otherwise: a private address is refused. Where a name leads is checked at each attempt: one to an address that isn&#39;t public fails. Call &#x60;testWebhook&#x60; to see whether events arrive.
   *
   * @param createWebhookRequest The URL and the events of the new webhook.
   */
  public CreatedWebhook createWebhook(CreateWebhookRequest createWebhookRequest) throws ApiException {
    return createWebhookWithHttpInfo(createWebhookRequest).data();
  }

  /** {@link #createWebhook}, with the status and the headers of the response. */
  public ApiResponse<CreatedWebhook> createWebhookWithHttpInfo(CreateWebhookRequest createWebhookRequest) throws ApiException {
    return client.request("POST", "/v1/webhooks")
        .body(java.util.Objects.requireNonNull(createWebhookRequest, "createWebhookRequest"))
        .send(CreatedWebhook.class);
  }

  /**
   * Delete a webhook.
   *
   * <p>Deletes a webhook with its deliveries, for good. What was still to be delivered is not sent any more, except for an attempt that has begun. Deleting it a second time answers 404.
   *
   * @param id The id of a webhook.
   */
  public DeletedWebhook deleteWebhook(String id) throws ApiException {
    return deleteWebhookWithHttpInfo(id).data();
  }

  /** {@link #deleteWebhook}, with the status and the headers of the response. */
  public ApiResponse<DeletedWebhook> deleteWebhookWithHttpInfo(String id) throws ApiException {
    return client.request("DELETE", "/v1/webhooks/{id}")
        .path("id", id)
        .send(DeletedWebhook.class);
  }

  /**
   * Get a webhook.
   *
   * <p>Returns one webhook, without its secret. &#x60;failing_since&#x60; is set while attempts fail. &#x60;disabled_reason&#x60; is set if LOX has disabled the webhook.
   *
   * @param id The id of a webhook.
   */
  public Webhook getWebhook(String id) throws ApiException {
    return getWebhookWithHttpInfo(id).data();
  }

  /** {@link #getWebhook}, with the status and the headers of the response. */
  public ApiResponse<Webhook> getWebhookWithHttpInfo(String id) throws ApiException {
    return client.request("GET", "/v1/webhooks/{id}")
        .path("id", id)
        .send(Webhook.class);
  }

  /**
   * Get a delivery.
   *
   * <p>Returns one delivery with the exact body that it sends, and with every attempt so far and its answer.
   *
   * @param id The id of a webhook.
   * @param deliveryId The id of a delivery to the webhook.
   */
  public DeliveryDetails getWebhookDelivery(String id, String deliveryId) throws ApiException {
    return getWebhookDeliveryWithHttpInfo(id, deliveryId).data();
  }

  /** {@link #getWebhookDelivery}, with the status and the headers of the response. */
  public ApiResponse<DeliveryDetails> getWebhookDeliveryWithHttpInfo(String id, String deliveryId) throws ApiException {
    return client.request("GET", "/v1/webhooks/{id}/deliveries/{delivery_id}")
        .path("id", id)
        .path("delivery_id", deliveryId)
        .send(DeliveryDetails.class);
  }

  /**
   * List deliveries.
   *
   * <p>Returns the deliveries of a webhook, both finished and pending, newest first (by &#x60;created_at&#x60;, then by &#x60;id&#x60;). A delivery must match all filters given. A delivery is one event to one webhook, however many attempts it takes. Finished deliveries are deleted after 30 days. &#x60;offset&#x60; is at most 10,000 here: use &#x60;created_before&#x60; to list older ones.
   *
   * @param id The id of a webhook.
   * @param limit The number of items per page. Optional.
   * @param offset The number of items to skip. Optional.
   * @param status Only deliveries in this status. Optional.
   * @param event Only deliveries of events of this type. Optional.
   * @param createdAfter Only deliveries created at or after this time. A bare date (&#x60;2024-01-01&#x60;) means the beginning of that day in UTC. Optional.
   * @param createdBefore Only deliveries created before this time. A bare date (&#x60;2024-01-31&#x60;) includes the whole of that day in UTC; a timestamp excludes its own instant. Must lie after &#x60;created_after&#x60;. Optional.
   */
  public DeliveryList listWebhookDeliveries(String id, @Nullable Integer limit, @Nullable Integer offset, @Nullable DeliveryStatusFilter status, @Nullable EventTypeFilter event, @Nullable String createdAfter, @Nullable String createdBefore) throws ApiException {
    return listWebhookDeliveriesWithHttpInfo(id, limit, offset, status, event, createdAfter, createdBefore).data();
  }

  /** {@link #listWebhookDeliveries}, with the status and the headers of the response. */
  public ApiResponse<DeliveryList> listWebhookDeliveriesWithHttpInfo(String id, @Nullable Integer limit, @Nullable Integer offset, @Nullable DeliveryStatusFilter status, @Nullable EventTypeFilter event, @Nullable String createdAfter, @Nullable String createdBefore) throws ApiException {
    return client.request("GET", "/v1/webhooks/{id}/deliveries")
        .path("id", id)
        .query("limit", limit)
        .query("offset", offset)
        .query("status", status)
        .query("event", event)
        .query("created_after", createdAfter)
        .query("created_before", createdBefore)
        .send(DeliveryList.class);
  }

  /**
   * List webhooks.
   *
   * <p>Returns the tenant&#39;s webhooks, newest first (by &#x60;created_at&#x60;, then by &#x60;id&#x60;), without their secrets.
   *
   * @param limit The number of items per page. Optional.
   * @param offset The number of items to skip. Optional.
   */
  public WebhookList listWebhooks(@Nullable Integer limit, @Nullable Integer offset) throws ApiException {
    return listWebhooksWithHttpInfo(limit, offset).data();
  }

  /** {@link #listWebhooks}, with the status and the headers of the response. */
  public ApiResponse<WebhookList> listWebhooksWithHttpInfo(@Nullable Integer limit, @Nullable Integer offset) throws ApiException {
    return client.request("GET", "/v1/webhooks")
        .query("limit", limit)
        .query("offset", offset)
        .send(WebhookList.class);
  }

  /**
   * Send all failed deliveries again.
   *
   * <p>Does the same as &#x60;redeliverWebhookDelivery&#x60; to every delivery of a webhook that was created since a time and has failed. Call it when a receiver is back after an outage, once the webhook is enabled. The deliveries are sent as fast as the host may get them.
   *
   * @param id The id of a webhook.
   * @param recoverWebhookRequest Which failed deliveries to send again.
   */
  public RecoveredDeliveries recoverWebhook(String id, RecoverWebhookRequest recoverWebhookRequest) throws ApiException {
    return recoverWebhookWithHttpInfo(id, recoverWebhookRequest).data();
  }

  /** {@link #recoverWebhook}, with the status and the headers of the response. */
  public ApiResponse<RecoveredDeliveries> recoverWebhookWithHttpInfo(String id, RecoverWebhookRequest recoverWebhookRequest) throws ApiException {
    return client.request("POST", "/v1/webhooks/{id}/recover")
        .path("id", id)
        .body(java.util.Objects.requireNonNull(recoverWebhookRequest, "recoverWebhookRequest"))
        .send(RecoveredDeliveries.class);
  }

  /**
   * Send a delivery again.
   *
   * <p>Sends a delivery again that has succeeded or failed. It becomes &#x60;pending&#x60;, its next attempt is due now, and the schedule of attempts starts over. The body and &#x60;webhook-id&#x60; stay the same, and &#x60;attempts&#x60; continues to count. It stays &#x60;pending&#x60; while the host has as many attempts as it may get.
   *
   * @param id The id of a webhook.
   * @param deliveryId The id of a delivery to the webhook.
   */
  public Delivery redeliverWebhookDelivery(String id, String deliveryId) throws ApiException {
    return redeliverWebhookDeliveryWithHttpInfo(id, deliveryId).data();
  }

  /** {@link #redeliverWebhookDelivery}, with the status and the headers of the response. */
  public ApiResponse<Delivery> redeliverWebhookDeliveryWithHttpInfo(String id, String deliveryId) throws ApiException {
    return client.request("POST", "/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver")
        .path("id", id)
        .path("delivery_id", deliveryId)
        .send(Delivery.class);
  }

  /**
   * Rotate the secret of a webhook.
   *
   * <p>Gives a webhook a new secret and returns it, &#x60;secret&#x60;: **it is shown only this once**. For &#x60;overlap_seconds&#x60;, a day unless the request says otherwise, the old secret continues to sign, so that the receiver can change over without a gap: &#x60;webhook-signature&#x60; has a signature by each of the two. &#x60;X-LOX-Signature&#x60; holds one signature: the attempts of a delivery use the new and the old secret in turn, beginning with the new one. With an overlap of 0 the old secret signs nothing more.  The body may be left out. If you rotate again before the overlap ends, the oldest of the three secrets stops signing at once.
   *
   * @param id The id of a webhook.
   * @param rotateWebhookSecretRequest Optional settings of the rotation. Optional.
   */
  public RotatedWebhookSecret rotateWebhookSecret(String id, @Nullable RotateWebhookSecretRequest rotateWebhookSecretRequest) throws ApiException {
    return rotateWebhookSecretWithHttpInfo(id, rotateWebhookSecretRequest).data();
  }

  /** {@link #rotateWebhookSecret}, with the status and the headers of the response. */
  public ApiResponse<RotatedWebhookSecret> rotateWebhookSecretWithHttpInfo(String id, @Nullable RotateWebhookSecretRequest rotateWebhookSecretRequest) throws ApiException {
    return client.request("POST", "/v1/webhooks/{id}/rotate-secret")
        .path("id", id)
        .body(rotateWebhookSecretRequest)
        .send(RotatedWebhookSecret.class);
  }

  /**
   * Send a test event.
   *
   * <p>Sends an event &#x60;webhook.test&#x60; to a webhook, whatever events it asked for, and returns its delivery, which is &#x60;pending&#x60;. Call &#x60;getWebhookDelivery&#x60; to see the result. The event is signed and retried like any other. It also waits like any other: if the host has as many attempts as it may get, the delivery stays &#x60;pending&#x60; until it is its turn.
   *
   * @param id The id of a webhook.
   */
  public Delivery testWebhook(String id) throws ApiException {
    return testWebhookWithHttpInfo(id).data();
  }

  /** {@link #testWebhook}, with the status and the headers of the response. */
  public ApiResponse<Delivery> testWebhookWithHttpInfo(String id) throws ApiException {
    return client.request("POST", "/v1/webhooks/{id}/test")
        .path("id", id)
        .send(Delivery.class);
  }

  /**
   * Update a webhook.
   *
   * <p>Changes the fields that the body has and leaves all others as they are (a merge patch, RFC 7396): a value sets the field, and &#x60;null&#x60; removes the description. &#x60;events&#x60; are replaced as a whole. An empty object changes nothing.  Disabling a webhook makes its pending deliveries fail. Enabling a disabled webhook clears &#x60;disabled_reason&#x60; and &#x60;failing_since&#x60;. Failed deliveries can be sent again with &#x60;recoverWebhook&#x60;. After a change of &#x60;url&#x60;, attempts go to the new URL, and &#x60;failing_since&#x60; is cleared. The secret is changed with &#x60;rotateWebhookSecret&#x60;.
   *
   * @param id The id of a webhook.
   * @param updateWebhookRequest What to change.
   */
  public Webhook updateWebhook(String id, UpdateWebhookRequest updateWebhookRequest) throws ApiException {
    return updateWebhookWithHttpInfo(id, updateWebhookRequest).data();
  }

  /** {@link #updateWebhook}, with the status and the headers of the response. */
  public ApiResponse<Webhook> updateWebhookWithHttpInfo(String id, UpdateWebhookRequest updateWebhookRequest) throws ApiException {
    return client.request("PATCH", "/v1/webhooks/{id}")
        .path("id", id)
        .body(java.util.Objects.requireNonNull(updateWebhookRequest, "updateWebhookRequest"))
        .send(Webhook.class);
  }
}
