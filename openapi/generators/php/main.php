<?php

/** Does the main job with the client that openapi-generator has made. */

declare(strict_types=1);

use GuzzleHttp\Client;
use OpenAPI\Client\Api\BackupsApi;
use OpenAPI\Client\Configuration;
use OpenAPI\Client\Model\CreateBackupRequest;

require __DIR__ . '/autoload.php';

const CONTENT = "content of a backup by openapi-generator's PHP client";

function check(bool $holds, mixed $got = null): void
{
    if (!$holds) {
        throw new RuntimeException('unexpected: ' . var_export($got, true));
    }
}

$http = new Client();
$configuration = (new Configuration())->setHost(getenv('LOX_URL'))->setAccessToken(getenv('LOX_API_KEY'));
$backups = new BackupsApi($http, $configuration);

$metadata = ['generator' => 'openapi-generator'];
$upload = $backups->createBackup(new CreateBackupRequest(['name' => 'php', 'size_bytes' => strlen(CONTENT), 'metadata' => $metadata]));
check(str_starts_with($upload->getStatus(), 'pending'), $upload->getStatus());
$http->put($upload->getUploadUrl(), ['headers' => $upload->getUploadHeaders(), 'body' => CONTENT]);

$completed = $backups->completeBackup($upload->getId());
check(str_starts_with($completed->getStatus(), 'completed'), $completed->getStatus());
$ids = array_map(fn ($backup) => $backup->getId(), $backups->listBackups(100)->getBackups());
check(in_array($upload->getId(), $ids, true), $ids);
$backup = $backups->getBackup($upload->getId());
check($backup->getMetadata() === $metadata, $backup->getMetadata());

$download = $backups->getBackupDownload($upload->getId());
check((string) $http->get($download->getDownloadUrl())->getBody() === CONTENT);
check($backups->deleteBackup($upload->getId())->getDeleted());
