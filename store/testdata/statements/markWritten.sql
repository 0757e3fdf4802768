update restore_guard set written = true where line = $1 and not written;
