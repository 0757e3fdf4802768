update restore_guard set number = number + 1, marked_at = $3
where line = $1 and number = $2 and held_since is null
returning line, number, marked_at;
