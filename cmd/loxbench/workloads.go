package main

import (
	"net/http"
	"time"

	"github.com/backlox/lox"
)

const (
	// flat is the most that a request of the large tenant may take in units of
	// what it takes of the small one, where neither counts nor reads more.
	flat = 1.1
	// steady is the same where the large one does read more: the rows of the day
	// that a range cuts, or lists and days that are longer.
	steady = 1.5

	pageSize = 20 // the API's default
	// deepShare of the list lies above the page that is found by its cursor.
	deepShare = 0.9
)

// workload is one thing that clients ask for, over and over.
type workload struct {
	name string
	bars []bar
	// request is the i-th one of a side.
	request func(s *side, i int) request
	status  int // of the answer; 0 is 200
	// list is what is asked of a list, nil if it isn't one.
	list *filter
	// backups is how many of them are read if it isn't a list; 0 means one.
	backups int
	// cuts is how many days a range cuts in two, whose rows are counted.
	cuts int
	// unsized means that it isn't the tenant's backups that are asked for.
	unsized bool
	// unasked means that the database is not asked, and unknownKey that it is
	// asked for the key, which otherwise is known.
	unasked, unknownKey bool
}

// unmatched says that the ceiling has no such statement.
func (w workload) unmatched() bool { return w.cuts > 0 || w.list != nil && w.list.skip }

// grows allows a ratio of the large tenant to the small one.
func grows(most float64) bar { return bar{measure: growth, value: most} }

// near asks for a share of the ceiling's requests per second, where it has all
// that it can do.
func near(share float64) []bar { return []bar{{rateOfBare, share, 16}, {rateOfBare, share, 64}} }

// workloads are all that is measured. day is the end of the backups' days.
func workloads(day time.Time) []workload {
	from, to := day.AddDate(0, 0, -120), day.AddDate(0, 0, -30)
	cutFrom, cutTo := from.Add(7*time.Hour), to.Add(19*time.Hour)
	some := lox.StatusCompleted
	plain, filtered := append(near(0.85), grows(flat)), append(near(0.7), grows(flat))
	return []workload{
		listing("list", filter{}, plain...),
		listing("list, offset=0", filter{offsetZero: true}, plain...),
		listing("list of a status", filter{status: some}, filtered...),
		listing("list of 90 dates", filter{from: from, to: to, wholeDays: true}, filtered...),
		listing("list of a status and 90 dates", filter{status: some, from: from, to: to, wholeDays: true}, filtered...),
		listing("list between two times", filter{from: cutFrom, to: cutTo}, grows(steady)),
		listing("list of a status between two times", filter{status: some, from: cutFrom, to: cutTo}, grows(steady)),
		listing("list by cursor, 90 % down", filter{deep: true}, plain...),
		listing("list by offset, 90 % down", filter{skip: true}, bar{median, 10, 1}),
		{name: "get one", request: backup(""), bars: []bar{
			{rateOfBare, 0.85, 16}, {rateOfBare, 1, 64}, {tailOfBare, noise, 16}, {tailOfBare, noise, 64}, {serverCPU, 60, 64},
		}},
		{name: "download URL", request: backup("/download"), bars: near(0.85)},
		// The oldest and the newest.
		{name: "storage", bars: []bar{grows(steady)}, backups: 2, request: func(s *side, _ int) request { return s.ask("/v1/storage") }},
		{name: "storage statistics", bars: []bar{grows(steady)}, request: func(s *side, _ int) request { return s.ask("/v1/storage/stats") }},
		{name: "refuse a mistyped key", bars: near(0.8), status: http.StatusUnauthorized, unsized: true, unasked: true, request: func(s *side, _ int) request {
			return request{tenant: s.tenant, key: s.key[:len(s.key)-1], path: refusedPath}
		}},
		{name: "refuse an unknown key", bars: near(0.8), status: http.StatusUnauthorized, unsized: true, unasked: true, request: func(s *side, _ int) request {
			return request{tenant: s.tenant, key: s.unknownKey, path: refusedPath}
		}},
		{name: "refuse unknown keys, each another", status: http.StatusUnauthorized, unsized: true, unknownKey: true, request: func(s *side, _ int) request {
			return request{tenant: s.tenant, key: lox.NewAPIKey(), path: strangersPath}
		}},
		// At last, since they make the tenants larger.
		creating("create in many tenants", func(s *side, i int) account { return s.neighbours[i%len(s.neighbours)] }, near(0.85)...),
		creating("create in one tenant", func(s *side, _ int) account { return s.account }),
	}
}

// noise is how much worse a ratio of 99th percentiles may be than 1: those of
// the same server differ by as much.
const noise = 1.1

func creating(name string, in func(s *side, i int) account, bars ...bar) workload {
	return workload{name: name, bars: bars, status: http.StatusCreated, unsized: true, request: func(s *side, i int) request {
		return in(s, i).create()
	}}
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

func listing(name string, f filter, bars ...bar) workload {
	w := workload{name: name, bars: bars, list: &f, request: func(s *side, _ int) request { return s.ask(f.path(s)) }}
	if !f.wholeDays && !f.from.IsZero() {
		w.cuts = 2
	}
	if f.skip {
		w.cuts = 1
	}
	return w
}
