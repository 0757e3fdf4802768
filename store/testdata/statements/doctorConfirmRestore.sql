update restore_guard set line = gen_random_uuid(), number = greatest(number, $1) + 1, marked_at = date_trunc('second', now()),
	written = true, held_since = null, held_because = ''
returning line, number, marked_at;
