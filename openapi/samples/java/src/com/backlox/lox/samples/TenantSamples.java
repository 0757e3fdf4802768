package com.backlox.lox.samples;

import com.backlox.lox.ApiException;
import com.backlox.lox.Lox;
import com.backlox.lox.model.ApiKey;
import com.backlox.lox.model.ApiKeyList;
import com.backlox.lox.model.CreateApiKeyRequest;
import com.backlox.lox.model.CreatedApiKey;
import com.backlox.lox.model.RequestedScope;
import com.backlox.lox.model.RevokedApiKey;
import com.backlox.lox.model.RotateApiKeyRequest;
import com.backlox.lox.model.RotatedApiKey;
import com.backlox.lox.model.Tenant;
import com.backlox.lox.model.UpdateTenantRequest;
import java.util.Set;

final class TenantSamples {
  private final Lox lox;

  TenantSamples(Lox lox) {
    this.lox = lox;
  }

  void run() throws ApiException {
    get();
    update();
    String keyId = createKey();
    listKeys();
    rotateKey(keyId);
    revokeKey(keyId);
  }

  private void get() throws ApiException {
    // sample getTenant
    Tenant tenant = lox.tenant().getTenant();
    System.out.println(tenant.getName() + " " + tenant.getPlan());
    System.out.println(tenant.getLimits().getUploads().getPerHour() + " uploads per hour");
    // end sample
  }

  private void update() throws ApiException {
    // sample updateTenant
    Tenant tenant = lox.tenant().updateTenant(new UpdateTenantRequest()
        .contactEmail("ops@example.com")
        .putSettingsItem("dashboard.theme", "dark"));
    System.out.println(tenant.getContactEmail() + " " + tenant.getSettings());
    // end sample
  }

  private String createKey() throws ApiException {
    // sample createApiKey
    CreatedApiKey created = lox.tenant().createApiKey(new CreateApiKeyRequest()
        .name("nightly upload")
        .scopes(Set.of(RequestedScope.BACKUPS_READ, RequestedScope.BACKUPS_WRITE)));
    System.out.println(created.getKey()); // keep it: it is shown only once
    // end sample
    return created.getId();
  }

  private void listKeys() throws ApiException {
    // sample listApiKeys
    ApiKeyList page = lox.tenant().listApiKeys(10, null);
    for (ApiKey key : page.getApiKeys()) {
      System.out.println(key.getId() + " " + key.getName() + " " + key.getScopes());
    }
    // end sample
  }

  private void rotateKey(String keyId) throws ApiException {
    // sample rotateApiKey
    // The old key goes on to work for an hour.
    RotatedApiKey rotated = lox.tenant().rotateApiKey(
        keyId, new RotateApiKeyRequest().overlapSeconds(3600));
    System.out.println(rotated.getKey()); // keep it: it is shown only once
    // end sample
  }

  private void revokeKey(String keyId) throws ApiException {
    // sample revokeApiKey
    RevokedApiKey revoked = lox.tenant().revokeApiKey(keyId);
    System.out.println("revoked " + revoked.getId());
    // end sample
  }
}
