package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
	// path of the i-th request of a side, under the base URL.
	path func(s *side, i int) string
	// list is what is asked of a list, nil if it isn't one.
	list *filter
	// backups is how many of them are read if it isn't a list; 0 means one.
	backups int
	// cuts is how many days a range cuts in two, whose rows are counted.
	cuts int
}

// filter selects backups, in a list's query and in SQL alike.
type filter struct {
	status     lox.Status
	from, to   time.Time // from <= created_at < to; zero is open
	wholeDays  bool      // written as bare dates
	offsetZero bool
	deep       bool // by cursor
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
		{name: "get one", path: func(s *side, i int) string { return "/v1/backups/" + s.ids[i%len(s.ids)] }},
		// The oldest and the newest.
		{name: "storage", bar: steady, backups: 2, path: func(*side, int) string { return "/v1/storage" }},
		{name: "storage statistics", bar: steady, path: func(*side, int) string { return "/v1/storage/stats" }},
	}
}

func listing(name string, bar float64, f filter) workload {
	w := workload{name: name, bar: bar, list: &f, path: func(s *side, _ int) string { return f.path(s) }}
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

// rehearse finds the deep cursors and asks everything once, because only right
// answers are worth to be measured: full pages with the exact total.
func rehearse(ctx context.Context, h *house, sides []*side, work []workload) error {
	for _, s := range sides {
		offset := int(deepShare * float64(s.rows))
		page, err := fetchList(ctx, h.url, s, "/v1/backups?offset="+strconv.Itoa(offset))
		if err != nil {
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
	if w.list == nil {
		return newClient(1).get(ctx, h.url+w.path(s, 0), s.key)
	}
	want, err := w.list.total(ctx, h.db, s.tenant)
	if err != nil {
		return err
	}
	page, err := fetchList(ctx, h.url, s, w.path(s, 0))
	if err != nil {
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

func fetchList(ctx context.Context, base string, s *side, path string) (p page, err error) {
	r, err := newRequest(ctx, base+path, s.key)
	if err != nil {
		return p, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return p, fmt.Errorf("%s answers %s", path, res.Status)
	}
	return p, json.NewDecoder(res.Body).Decode(&p)
}
