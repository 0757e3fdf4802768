// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox;

import com.backlox.lox.api.BackupsApi;
import com.backlox.lox.api.RecordApi;
import com.backlox.lox.api.StorageApi;
import com.backlox.lox.api.TenantApi;
import com.backlox.lox.api.WebhooksApi;
import java.net.http.HttpClient;
import java.time.Duration;

/** The API of one server with one API key. Make one of it, and use it from any thread. */
public class Lox {
  private final BackupsApi backups;
  private final RecordApi record;
  private final StorageApi storage;
  private final TenantApi tenant;
  private final WebhooksApi webhooks;

  /** The hosted service. */
  public Lox(String apiKey) {
    this("https://backlox.com/api", apiKey);
  }

  /** A server of your own, such as {@code http://127.0.0.1:8080/api}. */
  public Lox(String baseUri, String apiKey) {
    this(new ApiClient(HttpClient.newHttpClient(), baseUri, apiKey, Duration.ofMinutes(1)));
  }

  public Lox(ApiClient client) {
    backups = new BackupsApi(client);
    record = new RecordApi(client);
    storage = new StorageApi(client);
    tenant = new TenantApi(client);
    webhooks = new WebhooksApi(client);
  }

  public BackupsApi backups() {
    return backups;
  }

  public RecordApi record() {
    return record;
  }

  public StorageApi storage() {
    return storage;
  }

  public TenantApi tenant() {
    return tenant;
  }

  public WebhooksApi webhooks() {
    return webhooks;
  }
}
