package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
)

// rehearse finds the deep cursors and asks everything once of every server,
// because only right answers are worth to be measured: full pages with the exact
// total, and the same JSON from the product and from the ceiling.
func rehearse(ctx context.Context, h *testbed, sides []*side, work []workload) error {
	for _, s := range sides {
		page := page{}
		body, err := once(ctx, h.lox, http.StatusOK, s.ask("/v1/backups?offset="+strconv.Itoa(s.depth())))
		if err := errors.Join(err, json.Unmarshal(body, &page)); err != nil {
			return err
		}
		s.deep = page.NextCursor
		for _, w := range work {
			if err := w.rehearse(ctx, h, s); err != nil {
				return fmt.Errorf("%s of %d backups: %w", w.name, s.rows, err)
			}
		}
	}
	return nil
}

func (w workload) rehearse(ctx context.Context, h *testbed, s *side) error {
	body, err := once(ctx, h.lox, w.status, w.request(s, 0))
	if err != nil {
		return err
	}
	if w.list != nil {
		if err := w.list.judge(ctx, h.db, s, body); err != nil {
			return err
		}
	}
	if w.unmatched() {
		return nil
	}
	bare, err := once(ctx, h.bare, w.status, w.request(s, 0))
	if err == nil && !alike(body, bare) {
		err = fmt.Errorf("LOX answers\n%sand the ceiling\n%s", body, bare)
	}
	return err
}

// fresh is what differs from answer to answer: what is new, or of the moment,
// and where the object store is.
var fresh = regexp.MustCompile(`"(id|\w+_url|\w*expires_at|projected_full_at)":"[^"]*"`)

// alike compares two answers but for that.
func alike(a, b []byte) bool {
	return bytes.Equal(fresh.ReplaceAll(a, []byte(`"$1":""`)), fresh.ReplaceAll(b, []byte(`"$1":""`)))
}

// once sends one request and returns the body of the answer.
func once(ctx context.Context, p *process, status int, r request) ([]byte, error) {
	c, err := dial(ctx, target{p.addr, p.base, cmp.Or(status, http.StatusOK)}, 1)
	if err != nil {
		return nil, err
	}
	defer c.close()
	return c.get(r)
}
