<?php

/** Loads every file of the client. A warning is an error. */

declare(strict_types=1);

error_reporting(E_ALL);
set_error_handler(function (int $severity, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $severity, $file, $line);
});

require __DIR__ . '/autoload.php';

foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(__DIR__ . '/client/lib')) as $file) {
    if ($file->getExtension() === 'php') {
        require_once $file->getPathname();
    }
}
