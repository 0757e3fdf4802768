package com.backlox.lox.samples;

import com.backlox.lox.ApiException;
import com.backlox.lox.Lox;
import com.backlox.lox.model.ErrorResponse;

/**
 * Runs the samples of Java, in an order in which each has what it needs. They store backup.tar.gz of the current folder.
 * LOX_URL, LOX_API_KEY and WEBHOOK_URL, which must accept events, are in the environment.
 */
final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    Lox lox = newClient();
    BackupSamples backups = new BackupSamples(lox);
    String backupId = backups.create();
    backups.renew();
    String largeId = backups.largeId();
    backups.partUploads(largeId);
    backups.parts(largeId);
    backups.complete(backupId);
    backups.list();
    backups.get(backupId);
    backups.download(backupId);

    new StorageSamples(lox).run();
    new TenantSamples(lox).run();
    String eventId = new WebhookSamples(lox).run(System.getenv("WEBHOOK_URL"));
    new RecordSamples(lox).run(eventId);

    backups.delete(backupId);
    checkError(lox, backupId);
  }

  /** No sample: an error must be read as one, whatever a later version adds to it. */
  private static void checkError(Lox lox, String backupId) throws ApiException {
    try {
      throw new IllegalStateException("a deleted backup is still there: " + lox.backups().getBackup(backupId));
    } catch (ApiException e) {
      ErrorResponse answer = e.getError();
      if (e.getCode() != 404 || answer == null || !answer.getError().getCode().startsWith("backup_not_found")) {
        throw e;
      }
    }
  }

  static Lox newClient() {
    // sample client
    String url = System.getenv().getOrDefault("LOX_URL", "https://backlox.com/api");
    Lox lox = new Lox(url, System.getenv("LOX_API_KEY"));
    // end sample
    return lox;
  }
}
