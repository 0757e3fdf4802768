package main

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/backlox/lox"
)

const (
	// steady is the most that a request of the large tenant may take in units of
	// what it takes of the small one, where neither counts nor reads more.
	steady = 1.5

	pageSize = 20 // the API's default
	// deepShare of the list lies above the page that is found by its cursor.
	deepShare = 0.9
)

// workload is one thing that clients ask for, over and over.
type workload struct {
	name string
	// bar is the most that the ratio of the large tenant to the small one may
	// be; 0 is none.
	bar float64
	// request is the i-th one of a side.
	request func(s *side, i int) request
	status  int // of the answer; 0 is 200
	// list is what is asked of a list, nil if it isn't one.
	list *filter
	// backups is how many of them are read if it isn't a list; 0 means one.
	backups int
	// cuts is how many days a range cuts in two, whose rows are counted. The
	// ceiling doesn't know such ranges.
	cuts int
	// unsized means that it isn't the tenant's backups that are asked for.
	unsized bool
	// slow means that one request takes so long that many at once tell nothing.
	slow bool
	// unasked means that the database is not asked, and stranger that it is
	// asked for the key, which otherwise is known.
	// asked for is the key.
	unasked, stranger bool
}

// filter selects backups, in a list's query and in SQL alike.
type filter struct {
	status     lox.Status
	from, to   time.Time // from <= created_at < to; zero is open
	wholeDays  bool      // written as bare dates
	offsetZero bool
	deep       bool // by cursor
	skip       bool // as far, by offset
}

// workloads are all that is measured. day is the end of the backups' days.
func workloads(day time.Time) []workload {
	from, to := day.AddDate(0, 0, -120), day.AddDate(0, 0, -30)
	cutFrom, cutTo := from.Add(7*time.Hour), to.Add(19*time.Hour)
	return []workload{
		listing("list", steady, filter{}),
		listing("list, offset=0", steady, filter{offsetZero: true}),
		listing("list of a status", steady, filter{status: lox.StatusCompleted}),
		listing("list of 90 dates", steady, filter{from: from, to: to, wholeDays: true}),
		listing("list of a status and 90 dates", steady, filter{status: lox.StatusCompleted, from: from, to: to, wholeDays: true}),
		listing("list between two times", steady, filter{from: cutFrom, to: cutTo}),
		listing("list of a status between two times", steady, filter{status: lox.StatusCompleted, from: cutFrom, to: cutTo}),
		listing("list by cursor, 90 % down", 0, filter{deep: true}),
		listing("list by offset, 90 % down", 0, filter{skip: true}),
		{name: "get one", request: backup("")},
		{name: "download URL", request: backup("/download")},
		// The oldest and the newest.
		{name: "storage", bar: steady, backups: 2, request: func(s *side, _ int) request { return s.ask("/v1/storage") }},
		{name: "storage statistics", bar: steady, request: func(s *side, _ int) request { return s.ask("/v1/storage/stats") }},
		{name: "refuse an unknown key", status: http.StatusUnauthorized, unsized: true, stranger: true, request: func(s *side, _ int) request {
			return request{tenant: s.tenant, key: lox.NewAPIKey(), path: "/v1/tenant"}
		}},
		{name: "refuse a mistyped key", status: http.StatusUnauthorized, unsized: true, unasked: true, request: func(s *side, _ int) request {
			return request{tenant: s.tenant, key: s.key[:len(s.key)-1], path: "/v1/tenant"}
		}},
		// At last, since they make the tenants larger.
		{name: "create in many tenants", status: http.StatusCreated, unsized: true, request: func(s *side, i int) request {
			return s.neighbours[i%len(s.neighbours)].create()
		}},
		{name: "create in one tenant", status: http.StatusCreated, unsized: true, request: func(s *side, _ int) request { return s.create() }},
	}
}

func (a account) ask(path string) request { return request{tenant: a.tenant, key: a.key, path: path} }

func (a account) create() request {
	r := a.ask("/v1/backups")
	r.body = `{"name": "daily-backup-2024-01-15", "size_bytes": 1048576, "content_type": "application/gzip", ` +
		`"metadata": {"source": "production-server", "database": "myapp"}}`
	return r
}

func backup(what string) func(s *side, i int) request {
	return func(s *side, i int) request { return s.ask("/v1/backups/" + s.ids[i%len(s.ids)] + what) }
}

func listing(name string, bar float64, f filter) workload {
	w := workload{name: name, bar: bar, list: &f, slow: f.skip, request: func(s *side, _ int) request { return s.ask(f.path(s)) }}
	if !f.wholeDays && !f.from.IsZero() {
		w.cuts = 2
	}
	return w
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

// rehearse finds the deep cursors and asks everything once of every server,
// because only right answers are worth to be measured: full pages with the exact
// total, and the same JSON from the product and from the ceiling.
func rehearse(ctx context.Context, h *house, sides []*side, work []workload) error {
	for _, s := range sides {
		page := page{}
		body, err := once(ctx, h.product, http.StatusOK, s.ask("/v1/backups?offset="+strconv.Itoa(s.depth())))
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

func (w workload) rehearse(ctx context.Context, h *house, s *side) error {
	body, err := once(ctx, h.product, w.status, w.request(s, 0))
	if err != nil {
		return err
	}
	if w.list != nil {
		if err := w.list.judge(ctx, h.db, s, body); err != nil {
			return err
		}
	}
	if w.cuts > 0 {
		return nil
	}
	bare, err := once(ctx, h.bare, w.status, w.request(s, 0))
	if err == nil && !alike(body, bare) {
		err = fmt.Errorf("LOX answers\n%sand the ceiling\n%s", body, bare)
	}
	return err
}

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
