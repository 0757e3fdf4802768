<?php

/** Loads the client's classes, and Guzzle as Debian packages it. */

declare(strict_types=1);

require '/usr/share/php/GuzzleHttp/autoload.php';

// Composer would do this with the client's composer.json.
spl_autoload_register(function (string $class): void {
    if (str_starts_with($class, 'OpenAPI\\Client\\')) {
        $file = __DIR__ . '/client/lib/' . str_replace('\\', '/', substr($class, strlen('OpenAPI\\Client\\'))) . '.php';
        if (is_file($file)) {
            require_once $file;
        }
    }
});
