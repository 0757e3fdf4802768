package com.backlox.lox.samples;

import com.backlox.lox.ApiException;
import com.backlox.lox.Lox;
import com.backlox.lox.model.Storage;
import com.backlox.lox.model.StorageByContentType;
import com.backlox.lox.model.StorageDay;
import com.backlox.lox.model.StorageStats;

final class StorageSamples {
  private final Lox lox;

  StorageSamples(Lox lox) {
    this.lox = lox;
  }

  void run() throws ApiException {
    get();
    stats();
  }

  private void get() throws ApiException {
    // sample getStorage
    Storage storage = lox.storage().getStorage();
    System.out.println(storage.getUsedBytes() + " of " + storage.getQuotaBytes() + " bytes");
    // end sample
  }

  private void stats() throws ApiException {
    // sample getStorageStats
    StorageStats stats = lox.storage().getStorageStats();
    for (StorageByContentType kind : stats.getByContentType()) {
      System.out.println(kind.getContentType() + " " + kind.getCount() + " " + kind.getBytes());
    }
    for (StorageDay day : stats.getDaily()) {
      System.out.println(day.getDate() + " " + day.getBytes());
    }
    // end sample
  }
}
