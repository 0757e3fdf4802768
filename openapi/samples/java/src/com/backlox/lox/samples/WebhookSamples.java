package com.backlox.lox.samples;

import com.backlox.lox.ApiException;
import com.backlox.lox.Lox;
import com.backlox.lox.model.Attempt;
import com.backlox.lox.model.CreateWebhookRequest;
import com.backlox.lox.model.CreatedWebhook;
import com.backlox.lox.model.DeletedWebhook;
import com.backlox.lox.model.Delivery;
import com.backlox.lox.model.DeliveryDetails;
import com.backlox.lox.model.DeliveryList;
import com.backlox.lox.model.EventTypeFilter;
import com.backlox.lox.model.RecoverWebhookRequest;
import com.backlox.lox.model.RecoveredDeliveries;
import com.backlox.lox.model.RotateWebhookSecretRequest;
import com.backlox.lox.model.RotatedWebhookSecret;
import com.backlox.lox.model.SubscribableEventType;
import com.backlox.lox.model.UpdateWebhookRequest;
import com.backlox.lox.model.Webhook;
import com.backlox.lox.model.WebhookList;
import java.util.Set;

final class WebhookSamples {
  private final Lox lox;

  WebhookSamples(Lox lox) {
    this.lox = lox;
  }

  /** Returns the id of an event. */
  String run(String webhookUrl) throws ApiException, InterruptedException {
    String webhookId = create(webhookUrl);
    list();
    get(webhookId);
    update(webhookId);
    Delivery test = test(webhookId);
    String deliveryId = test.getId();
    await(webhookId, deliveryId);
    listDeliveries(webhookId);
    getDelivery(webhookId, deliveryId);
    redeliver(webhookId, deliveryId);
    recover(webhookId);
    rotateSecret(webhookId);
    delete(webhookId);
    return test.getEventId();
  }

  private String create(String webhookUrl) throws ApiException {
    // sample createWebhook
    CreatedWebhook created = lox.webhooks().createWebhook(new CreateWebhookRequest()
        .url(webhookUrl)
        .events(Set.of(
            SubscribableEventType.BACKUP_COMPLETED, SubscribableEventType.BACKUP_FAILED)));
    System.out.println(created.getSecret()); // verifies signatures; it is shown only once
    // end sample
    return created.getId();
  }

  private void list() throws ApiException {
    // sample listWebhooks
    WebhookList page = lox.webhooks().listWebhooks(50, null);
    for (Webhook webhook : page.getWebhooks()) {
      System.out.println(webhook.getId() + " " + webhook.getUrl() + " " + webhook.getEnabled());
    }
    // end sample
  }

  private void get(String webhookId) throws ApiException {
    // sample getWebhook
    Webhook webhook = lox.webhooks().getWebhook(webhookId);
    System.out.println(webhook.getUrl() + " " + webhook.getEvents() + " " + webhook.getEnabled());
    // end sample
  }

  private void update(String webhookId) throws ApiException {
    // sample updateWebhook
    Webhook webhook = lox.webhooks().updateWebhook(webhookId, new UpdateWebhookRequest()
        .description("Pager of the operators")
        .events(Set.of(
            SubscribableEventType.BACKUP_FAILED, SubscribableEventType.STORAGE_QUOTA_WARNING)));
    System.out.println(webhook.getDescription() + " " + webhook.getEvents());
    // end sample
  }

  private Delivery test(String webhookId) throws ApiException {
    // sample testWebhook
    Delivery delivery = lox.webhooks().testWebhook(webhookId);
    System.out.println(delivery.getId() + " " + delivery.getStatus());
    // end sample
    return delivery;
  }

  /** Waits until the delivery is over: one that is still on its way can't be sent again. */
  private void await(String webhookId, String deliveryId) throws ApiException, InterruptedException {
    while (lox.webhooks().getWebhookDelivery(webhookId, deliveryId).getCompletedAt() == null) {
      Thread.sleep(200);
    }
  }

  private void listDeliveries(String webhookId) throws ApiException {
    // sample listWebhookDeliveries
    DeliveryList page = lox.webhooks().listWebhookDeliveries(
        webhookId, 10, null, null, EventTypeFilter.EVENT_WEBHOOK_TEST, "2024-01-15", null);
    for (Delivery delivery : page.getDeliveries()) {
      System.out.println(delivery.getId() + " " + delivery.getEvent() + " " + delivery.getStatus());
    }
    // end sample
  }

  private void getDelivery(String webhookId, String deliveryId) throws ApiException {
    // sample getWebhookDelivery
    DeliveryDetails delivery = lox.webhooks().getWebhookDelivery(webhookId, deliveryId);
    for (Attempt attempt : delivery.getAttemptLog()) {
      System.out.println(attempt.getAt() + " " + attempt.getStatus() + " " + attempt.getError());
    }
    // end sample
  }

  private void redeliver(String webhookId, String deliveryId) throws ApiException {
    // sample redeliverWebhookDelivery
    Delivery delivery = lox.webhooks().redeliverWebhookDelivery(webhookId, deliveryId);
    System.out.println(delivery.getStatus() + " " + delivery.getNextAttemptAt());
    // end sample
  }

  private void recover(String webhookId) throws ApiException {
    // sample recoverWebhook
    RecoveredDeliveries recovery = lox.webhooks().recoverWebhook(
        webhookId, new RecoverWebhookRequest().since("2024-01-15"));
    System.out.println(recovery.getRecovered() + " deliveries are sent again");
    // end sample
  }

  private void rotateSecret(String webhookId) throws ApiException {
    // sample rotateWebhookSecret
    // The old secret goes on to sign for an hour, beside the new one.
    RotatedWebhookSecret rotated = lox.webhooks().rotateWebhookSecret(
        webhookId, new RotateWebhookSecretRequest().overlapSeconds(3600));
    System.out.println(rotated.getSecret()); // keep it: it is shown only once
    // end sample
  }

  private void delete(String webhookId) throws ApiException {
    // sample deleteWebhook
    DeletedWebhook deleted = lox.webhooks().deleteWebhook(webhookId);
    System.out.println("deleted " + deleted.getId());
    // end sample
  }
}
