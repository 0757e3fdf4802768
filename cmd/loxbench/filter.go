package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/backlox/lox"
)

// filter selects backups, in a list's query and in SQL alike.
type filter struct {
	status     lox.Status
	from, to   time.Time // from <= created_at < to; zero is open
	wholeDays  bool      // written as bare dates
	offsetZero bool
	deep       bool // by cursor
	skip       bool // as far, by offset
}

func (f filter) path(s *side) string {
	q := url.Values{}
	if f.status != "" {
		q.Set("status", string(f.status))
	}
	if !f.from.IsZero() {
		from, to, layout := f.from, f.to, time.RFC3339
		if f.wholeDays {
			to, layout = to.AddDate(0, 0, -1), time.DateOnly // the last day is in
		}
		q.Set("created_after", from.Format(layout))
		q.Set("created_before", to.Format(layout))
	}
	if f.offsetZero {
		q.Set("offset", "0")
	}
	if f.deep {
		q.Set("cursor", s.deep)
	}
	if f.skip {
		q.Set("offset", strconv.Itoa(s.depth()))
	}
	if len(q) == 0 {
		return "/v1/backups"
	}
	return "/v1/backups?" + q.Encode()
}

const countSQL = `select count(*) from backups
where tenant_id = $1 and ($2 = '' or status = $2) and created_at >= $3 and created_at < $4`

// total counts what the filter selects of a tenant, the slow way.
func (f filter) total(ctx context.Context, db *sql.DB, tenant lox.TenantID) (n int, err error) {
	from, to := f.from, f.to
	if from.IsZero() {
		from, to = time.Unix(0, 0), time.Now()
	}
	err = db.QueryRowContext(ctx, countSQL, tenant, f.status, from, to).Scan(&n)
	return n, err
}

// depth is how many backups lie above the page far down the list.
func (s *side) depth() int { return int(deepShare * float64(s.rows)) }

// judge says whether a page is full and its total right.
func (f filter) judge(ctx context.Context, db *sql.DB, s *side, body []byte) error {
	want, err := f.total(ctx, db, s.tenant)
	if err != nil {
		return err
	}
	var page page
	if err := json.Unmarshal(body, &page); err != nil {
		return err
	}
	if page.Total != want {
		return fmt.Errorf("the total is %d, and %d rows match", page.Total, want)
	}
	if len(page.Backups) != pageSize {
		return fmt.Errorf("the page has %d backups, want %d", len(page.Backups), pageSize)
	}
	return nil
}

type page struct {
	Backups    []json.RawMessage `json:"backups"`
	Total      int               `json:"total"`
	NextCursor string            `json:"next_cursor"`
}
