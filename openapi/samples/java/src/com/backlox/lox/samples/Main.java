package com.backlox.lox.samples;

import com.backlox.lox.Lox;

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
    backups.complete(backupId);
    backups.list();
    backups.get(backupId);
    backups.download(backupId);

    new StorageSamples(lox).run();
    new TenantSamples(lox).run();
    new WebhookSamples(lox).run(System.getenv("WEBHOOK_URL"));

    backups.delete(backupId);
  }

  static Lox newClient() {
    // sample client
    String url = System.getenv().getOrDefault("LOX_URL", "https://backlox.com/api");
    Lox lox = new Lox(url, System.getenv("LOX_API_KEY"));
    // end sample
    return lox;
  }
}
