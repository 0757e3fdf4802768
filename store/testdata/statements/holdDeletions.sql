update restore_guard set held_since = $4, held_because = $3
where line = $1 and number = $2 and held_since is null;
