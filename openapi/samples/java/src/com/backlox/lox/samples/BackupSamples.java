package com.backlox.lox.samples;

import com.backlox.lox.ApiException;
import com.backlox.lox.Lox;
import com.backlox.lox.model.Backup;
import com.backlox.lox.model.BackupDownload;
import com.backlox.lox.model.BackupList;
import com.backlox.lox.model.BackupStatusFilter;
import com.backlox.lox.model.BackupUpload;
import com.backlox.lox.model.CreateBackupRequest;
import com.backlox.lox.model.CreatePartUploadsRequest;
import com.backlox.lox.model.DeletedBackup;
import com.backlox.lox.model.Part;
import com.backlox.lox.model.PartList;
import com.backlox.lox.model.PartUpload;
import com.backlox.lox.model.PartUploads;
import com.backlox.lox.model.RequestedPart;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

final class BackupSamples {
  private final Lox lox;

  BackupSamples(Lox lox) {
    this.lox = lox;
  }

  String create() throws ApiException, IOException, InterruptedException {
    // sample createBackup
    Path file = Path.of("backup.tar.gz");
    BackupUpload upload = lox.backups().createBackup(
        new CreateBackupRequest()
            .name("daily-backup")
            .sizeBytes(Files.size(file))
            .contentType("application/gzip"),
        UUID.randomUUID().toString()); // the Idempotency-Key

    HttpRequest.Builder put =
        HttpRequest.newBuilder(upload.getUploadUrl()).PUT(BodyPublishers.ofFile(file));
    upload.getUploadHeaders().forEach((name, value) -> {
      if (!name.equalsIgnoreCase("Content-Length")) { // the JDK sets it
        put.header(name, value);
      }
    });
    HttpResponse<String> stored =
        HttpClient.newHttpClient().send(put.build(), BodyHandlers.ofString());
    if (stored.statusCode() != 200) {
      throw new IOException(stored.body());
    }
    System.out.println(upload.getId());
    // end sample
    return upload.getId();
  }

  void renew() throws ApiException {
    String pendingId = lox.backups().createBackup(
        new CreateBackupRequest().name("hourly-backup").sizeBytes(1L), null).getId();
    // sample renewUploadUrl
    BackupUpload renewed = lox.backups().renewUploadUrl(pendingId);
    System.out.println("upload to " + renewed.getUploadUrl() + " by " + renewed.getUploadExpiresAt());
    // end sample
  }

  String largeId() throws ApiException {
    return lox.backups().createBackup(
        new CreateBackupRequest().name("large-backup").sizeBytes(10L << 20).multipart(true), null).getId();
  }

  void partUploads(String largeId) throws ApiException {
    // sample createPartUploads
    PartUploads urls = lox.backups().createPartUploads(largeId, new CreatePartUploadsRequest()
        .addPartsItem(new RequestedPart().partNumber(1))
        .addPartsItem(new RequestedPart().partNumber(2)));
    for (PartUpload part : urls.getParts()) {
      System.out.println("upload part " + part.getPartNumber() + " to " + part.getUploadUrl());
    }
    // end sample
  }

  void parts(String largeId) throws ApiException {
    // sample listParts
    PartList page = lox.backups().listParts(largeId, 1000, null);
    for (Part part : page.getParts()) {
      System.out.println("part " + part.getPartNumber() + " has arrived");
    }
    // end sample
  }

  void complete(String backupId) throws ApiException {
    // sample completeBackup
    // The status "verifying" (202) means that LOX is still at it: ask getBackup later.
    Backup backup = lox.backups().completeBackup(backupId, null);
    System.out.println(backup.getStatus() + " " + backup.getChecksum());
    // end sample
  }

  void list() throws ApiException {
    // sample listBackups
    BackupList page = lox.backups().listBackups(
        10, null, null, BackupStatusFilter.COMPLETED, null, null, null, null, null);
    for (Backup backup : page.getBackups()) {
      System.out.println(backup.getId() + " " + backup.getName() + " " + backup.getSizeBytes());
    }
    // end sample
  }

  void get(String backupId) throws ApiException {
    // sample getBackup
    Backup backup = lox.backups().getBackup(backupId);
    System.out.println(backup.getName() + " " + backup.getStatus());
    // end sample
  }

  void download(String backupId) throws ApiException, IOException, InterruptedException, NoSuchAlgorithmException {
    // sample getBackupDownload
    BackupDownload download = lox.backups().getBackupDownload(backupId);
    HttpRequest get = HttpRequest.newBuilder(download.getDownloadUrl()).build();
    Path file = Path.of("restored.tar.gz");
    HttpClient.newHttpClient().send(get, BodyHandlers.ofFile(file));

    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    try (DigestInputStream content = new DigestInputStream(Files.newInputStream(file), sha256)) {
      content.transferTo(OutputStream.nullOutputStream());
    }
    if (!download.getChecksum().equals("sha256:" + HexFormat.of().formatHex(sha256.digest()))) {
      throw new IOException(file + " is not what was stored");
    }
    // end sample
  }

  void delete(String backupId) throws ApiException {
    // sample deleteBackup
    DeletedBackup deleted = lox.backups().deleteBackup(backupId);
    System.out.println("deleted " + deleted.getId());
    // end sample
  }
}
