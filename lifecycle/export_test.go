package lifecycle

import "context"

// Held reports whether deletions are held.
func (h *Hold) Held(ctx context.Context) (bool, error) { return h.isHeld(ctx) }
