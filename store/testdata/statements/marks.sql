select line, number, marked_at, written, held_since, held_because from restore_guard;
