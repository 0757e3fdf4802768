package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

const (
	// flat is the most that a request of the large tenant may take in units of what it takes of the small one,
	// where it neither counts nor reads more, and steady where it does: rows of a day that a range cuts, or lists
	// and days that are longer.
	flat, steady = 1.1, 1.5
	// noise is how much worse a ratio of 99th percentiles may be than 1: those of one server differ by as much.
	noise = 1.1

	pageSize = 20 // the default of the API
)

// workload is one thing that clients ask for again and again.
type workload struct {
	name    string
	request func(t *tenant, i int) request
	// own bars are those of LOX, ofBare of its ratio to the bare server, and growth of the ratio of
	// the median with the most backups to that with the fewest; 0 is none.
	own, ofBare []bar
	growth      float64
	unsized     bool // no backups of the tenant are asked for
	unmatched   bool // the bare server has no such statement
	page        bool // the answer is a full page of a list
}

// near asks for a share of the bare server's requests per second, at connections that keep it busy.
func near(share float64) []bar { return []bar{{rate, share, 16}, {rate, share, 64}} }

var workloads = []workload{
	{name: "list", page: true, ofBare: near(0.85), growth: flat, request: list()},
	{name: "list, offset=0", page: true, ofBare: near(0.85), growth: flat, request: list("offset", "0")},
	{name: "list of a status", page: true, ofBare: near(0.7), growth: flat, request: list("status", "completed")},
	{name: "list of 90 dates", page: true, ofBare: near(0.7), growth: flat, request: list(dates...)},
	{name: "list of a status and 90 dates", page: true, ofBare: near(0.7), growth: flat, request: list(append(dates, "status", "completed")...)},
	{name: "list between two times", page: true, unmatched: true, growth: steady, request: list(times...)},
	{name: "list of a status between two times", page: true, unmatched: true, growth: steady, request: list(append(times, "status", "completed")...)},
	{name: "list by cursor, 90 % down", page: true, ofBare: near(0.85), growth: flat, request: func(t *tenant, _ int) request {
		return t.ask("/v1/backups?cursor=" + t.deep)
	}},
	{name: "list by offset, 90 % down", page: true, unmatched: true, own: []bar{{p50, 10, 1}}, request: func(t *tenant, _ int) request {
		return t.ask("/v1/backups?offset=" + strconv.Itoa(t.backups/10*9))
	}},
	{name: "get one", request: one(""), own: []bar{{serverCPU, 60, 64}},
		ofBare: []bar{{rate, 0.85, 16}, {rate, 1, 64}, {p99, noise, 16}, {p99, noise, 64}}},
	{name: "download URL", request: one("/download"), ofBare: near(0.85)},
	{name: "storage", unmatched: true, growth: steady, request: func(t *tenant, _ int) request { return t.ask("/v1/storage") }},
	{name: "storage statistics", growth: steady, unmatched: true, request: func(t *tenant, _ int) request { return t.ask("/v1/storage/stats") }},
	{name: "refuse a mistyped key", unsized: true, ofBare: near(0.8), request: func(t *tenant, _ int) request { return refused(t.key[:len(t.key)-1]) }},
	{name: "refuse an unknown key", unsized: true, ofBare: near(0.8), request: func(t *tenant, _ int) request { return refused(t.unknownKey) }},
	{name: "refuse unknown keys, each another", unsized: true, unmatched: true, request: func(*tenant, int) request { return refused(lox.NewAPIKey()) }},
	// At last, because they make the tenants larger.
	{name: "create in many tenants", unsized: true, ofBare: near(0.85), request: func(t *tenant, i int) request {
		return t.neighbours[i%len(t.neighbours)].create()
	}},
	{name: "create in one tenant", unsized: true, request: func(t *tenant, _ int) request { return t.create() }},
}

// refusedPath is refused by LOX for the key, and by the bare server without a look at it.
const refusedPath = "/v1/tenant"

func refused(key string) request {
	return request{path: basePath + refusedPath, key: key, status: http.StatusUnauthorized}
}

// Of 90 days; the times cut the first and the last one.
var (
	dates = []string{"created_after", ago(120).Format(time.DateOnly), "created_before", ago(31).Format(time.DateOnly)}
	times = []string{"created_after", ago(120).Add(7 * time.Hour).Format(time.RFC3339), "created_before", ago(30).Add(19 * time.Hour).Format(time.RFC3339)}
)

func ago(days int) time.Time { return today.AddDate(0, 0, -days) }

func list(query ...string) func(*tenant, int) request {
	values := url.Values{}
	for pair := range slices.Chunk(query, 2) {
		values.Set(pair[0], pair[1])
	}
	path := strings.TrimSuffix("/v1/backups?"+values.Encode(), "?")
	return func(t *tenant, _ int) request { return t.ask(path) }
}

func one(what string) func(*tenant, int) request {
	return func(t *tenant, i int) request { return t.ask("/v1/backups/" + t.ids[i%len(t.ids)] + what) }
}

func (a account) ask(path string) request {
	return request{path: basePath + path, key: a.key, tenant: a.id.String()}
}

// toBare is a request as the bare server takes it.
func (r request) toBare() request {
	r.key = r.tenant
	return r
}

func (a account) create() request {
	r := a.ask("/v1/backups")
	r.status, r.body = http.StatusCreated, `{"name": "daily-backup-2024-01-15", "size_bytes": 1048576, "content_type": "application/gzip", `+
		`"metadata": {"source": "production-server", "database": "myapp"}}`
	return r
}

func named(name string) workload {
	return workloads[slices.IndexFunc(workloads, func(w workload) bool { return w.name == name })]
}

// asking is the contender that sends a workload to a server, for a moment in each round.
func (b *bench) asking(name string, s *child, t *tenant, w workload, conns int, bars []bar) contender {
	moment := 100 * time.Millisecond
	if b.short {
		moment = 30 * time.Millisecond
	}
	if ours := w.request; s.name == bareCommand {
		w.request = func(t *tenant, i int) request { return ours(t, i).toBare() }
	}
	clients := b.dial(s.addr, conns)
	return contender{
		name: name, of: s, bars: bars,
		turn: func(round int) (done turn) {
			began, first := time.Now(), round*1000 // each round asks for others
			done.latencies = together(conns, func(i int) bool { return i < conns || time.Since(began) < moment }, func(worker, i int) {
				clients[worker].do(w.request(t, first+i))
			})
			done.units = float64(len(done.latencies))
			return done
		},
		after: func(int) { check(s.log.Truncate(0)) }, // the log of requests
	}
}

func (o options) connections() []int {
	if o.short {
		return []int{1}
	}
	return []int{1, 16, 64}
}

// servers starts LOX and the bare server on the testbed, and finds the deep cursors.
func (b *bench) servers() (lox, bare *child) {
	lox, bare = b.lox("lox", b.external()), b.bare(b.external())
	bare.postgres = lox.postgres
	on := b.dial(lox.addr, 1)[0]
	for _, t := range b.tenants {
		t.deep = ask[api.BackupList](on, named("list by offset, 90 % down").request(t, 0)).NextCursor
	}
	return lox, bare
}

// requests compares LOX with the bare server, and with itself and fewer backups.
func (b *bench) requests() {
	lox, bare := b.servers()
	for _, w := range workloads {
		if !b.wants("requests", w.name) {
			continue
		}
		b.say(w.name)
		b.check(w, lox, bare)
		for _, conns := range b.connections() {
			b.within(func() {
				c := contest{name: w.name, conns: conns, unit: "/s", rounds: 21}
				c.contenders = append(c.contenders, b.asking("LOX", lox, b.largest(), w, conns, w.own))
				for i, t := range b.tenants[:len(b.tenants)-1] {
					var bars []bar
					if i == 0 && w.growth > 0 {
						bars = []bar{{measure: p50, value: w.growth}}
					}
					if !w.unsized {
						c.contenders = append(c.contenders, b.asking("LOX, "+nameOf(t.backups), lox, t, w, conns, bars))
					}
				}
				if !w.unmatched {
					c.contenders = append(c.contenders, b.asking(bareCommand, bare, b.largest(), w, conns, w.ofBare))
				}
				b.compete(c)
			})
		}
	}
	b.most("LOX, after all of this", "peak of resident memory, MiB", lox.memory("VmHWM"), 60)
	b.most("bare server, after all of this", "peak of resident memory, MiB", bare.memory("VmHWM"), 0)
}

// check asks LOX and the bare server once, because only right answers are worth measuring: full
// pages, and the same JSON from both.
func (b *bench) check(w workload, lox, bare *child) {
	b.within(func() {
		ours, theirs := b.dial(lox.addr, 1)[0], b.dial(bare.addr, 1)[0]
		for _, t := range b.tenants {
			got := ours.do(w.request(t, 0))
			if n := bytes.Count(got, []byte(`"id":`)); w.page && n != pageSize {
				check(fmt.Errorf("%s: the page has %d backups, want %d", w.name, n, pageSize))
			}
			if w.unmatched {
				continue
			}
			if want := theirs.do(w.request(t, 0).toBare()); !alike(got, want) {
				check(fmt.Errorf("%s: LOX answers\n%sand the bare server\n%s", w.name, got, want))
			}
		}
	})
}

// fresh is what differs from answer to answer: what is new or of the moment, where the object store
// is, and by what a cursor knows the filters of its list.
var fresh = regexp.MustCompile(`"(id|\w+_url|\w*expires_at|next_cursor)":"[^"]*"`)

// alike compares two answers but for that.
func alike(a, b []byte) bool {
	return bytes.Equal(fresh.ReplaceAll(a, []byte(`"$1":""`)), fresh.ReplaceAll(b, []byte(`"$1":""`)))
}

// kept.json is what requests allocated when somebody last looked. That depends neither on the
// machine nor on what else runs there.
//
//go:embed kept.json
var keptJSON []byte

const (
	// counted requests are sent, so many times.
	counted, countings = 300, 3
	// Allocations vary a little: what the server does beside the requests counts, too, and pools are emptied now
	// and then. More than this is a regression, whichever of the two is more.
	allocationShare, allocationSlack = 0.05, 3
)

// allowed is how many objects a request may allocate now.
func allowed(kept float64) float64 { return kept + max(allocationShare*kept, allocationSlack) }

// allocations counts the objects that LOX allocates for a request of each workload, and holds
// them to what is kept.
func (b *bench) allocations() {
	lox, bare := b.servers()
	var kept map[string]float64
	check(json.Unmarshal(keptJSON, &kept))
	b.counted = map[string]float64{}
	for _, w := range workloads {
		if b.wants("allocations", w.name) {
			b.check(w, lox, bare)
			b.within(func() { b.counted[w.name] = b.count(lox, w) })
			b.Figures = append(b.Figures, held(w.name, b.counted[w.name], kept))
		}
	}
}

// held compares what a workload allocates with what is kept. A workload of which nothing is kept
// fails: somebody has to look at it.
func held(name string, found float64, kept map[string]float64) figure {
	before, known := kept[name]
	f := figureOf(name, 1, measure{name: "allocations", atMost: true}, found, allowed(before))
	f.Passed = f.Passed && known
	return f
}

// count counts over one connection: the least of several counts, since what the server does
// beside the requests counts, too.
func (b *bench) count(lox *child, w workload) float64 {
	on, before := b.dial(lox.addr, 1)[0], 0.0
	count := func(requests int) (spent float64) {
		for i := range requests {
			on.do(w.request(b.tenants[0], i))
		}
		after := b.mallocs(lox)
		spent, before = after-before, after
		return spent
	}
	count(counted / 2) // fills the pools
	least := math.Inf(1)
	for range countings {
		reading := count(0) // which allocates itself
		least = min(least, math.Round((count(counted)-reading)/counted))
	}
	return least
}

// mallocs is how many objects a process has allocated so far, exactly: the profile of the heap
// stops the world to count what each processor has handed out. (Its metrics count a span of up to
// 1,024 objects when it is used up, so that they are off by thousands.) The collection that it asks
// for first leaves nothing of the requests before to be swept at the expense of those after.
func (b *bench) mallocs(s *child) float64 {
	_, rest, ok := strings.Cut(string(b.fetch("http://"+s.metrics+"/debug/pprof/heap?gc=1&debug=1", "")), "\n# Mallocs = ")
	if !ok {
		check(errors.New("the profile of the heap has no count of allocations"))
	}
	line, _, _ := strings.Cut(rest, "\n")
	return must(strconv.ParseFloat(line, 64))
}
