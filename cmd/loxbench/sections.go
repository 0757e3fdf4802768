package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/backlox/lox/blob/blobtest/miniotest"
)

// entry is LOX in one form, for pair.
type entry struct {
	name     string
	server   *child
	workload string
}

// pair has LOX compete with itself in another form.
func (b *bench) pair(name string, first, second entry, ratio float64, conns ...int) {
	if b.short {
		conns = conns[:1]
	}
	for _, n := range conns {
		b.within(func() {
			b.compete(contest{name, n, "/s", 21, []contender{
				b.asking(first.name, first.server, b.largest(), named(first.workload), n, nil),
				b.asking(second.name, second.server, b.largest(), named(second.workload), n, least(ratio)),
			}})
		})
	}
}

// pairs compares requests of LOX that are to be about as fast as each other.
func (b *bench) pairs() {
	lox, _ := b.servers()
	b.pair("creates", entry{"in one tenant", lox, "create in one tenant"}, entry{"in many", lox, "create in many tenants"}, 0.8, 16, 64)
	b.pair("pages", entry{"90 % down, by cursor", lox, "list by cursor, 90 % down"}, entry{"the first", lox, "list"}, 1/flat, 1, 16)
}

// redis compares LOX that counts requests in Redis with LOX that counts them in memory.
func (b *bench) redis() {
	counter := b.start("redis", "redis-server", []string{"--bind", "127.0.0.1", "--port", "{port}", "--save", "", "--appendonly", "no"})
	memory := b.lox("lox-memory", b.external())
	redis := b.lox("lox-redis", b.external(), environment{"LOX_REDIS_URL": "redis://" + counter.addr})
	for _, name := range []string{"get one", "list", "download URL", "create in many tenants"} {
		b.pair("limits, "+name, entry{"in Redis", redis, name}, entry{"in memory", memory, name}, 0.8, 16, 64)
	}
}

// idleConnections compares a busy LOX that holds idle connections with one that doesn't.
func (b *bench) idleConnections() {
	const n = 10_000
	var limit syscall.Rlimit // Go itself raises the soft limit to the hard one
	if check(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)); limit.Max < n+1_000 {
		check(fmt.Errorf("only %d files may be open (ulimit -Hn), and %d are needed", limit.Max, n+1_000))
	}
	calm, crowded := b.lox("lox-calm", b.external()), b.lox("lox-crowded", b.external())
	first, second := entry{"beside 10,000", crowded, "get one"}, entry{"beside none", calm, "get one"}
	b.pair("get one, to warm up", first, second, 0, 64)
	before := crowded.memory("VmRSS")
	var idle []*conn
	for i := range n { // LOX closes a connection that asks for nothing at first
		idle = append(idle, b.dial(crowded.addr, 1)...)
		idle[i].do(named("get one").request(b.largest(), i))
	}
	b.most("an idle connection", "resident memory, KiB", (crowded.memory("VmRSS")-before)*1024/n, 0)
	b.pair("get one, idle connections", first, second, 0.9, 64)
	together(16, upTo(n), func(_, i int) { idle[i].do(named("get one").request(b.largest(), i)) }) // they all were there to the end
}

// postgresAlone measures the store's statements as fast as pgbench sends them, without a server
// in between.
func (b *bench) postgresAlone() {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if path, err := exec.LookPath("pgbench"); err == nil {
		found = []string{path}
	}
	if len(found) == 0 {
		b.say("pgbench is not installed")
		return
	}
	b.testbed()
	var ids, tenants string // arrays of 1,000
	tenant := "'" + uuidOf(b.largest().id) + "'::uuid"
	check(b.db.QueryRowContext(b.ctx, `select
		(select array_agg(id)::text from (select id from backups where tenant_id = `+tenant+` and status = 'completed' order by md5(id::text) limit 1000) sampled),
		(select array_agg(id)::text from (select id from tenants where name = $1 limit 1000) sampled)`, nameOf(neighbourBackups)).Scan(&ids, &tenants))
	random := func(of string) string { return "('" + of + "'::uuid[])[:n]" }
	create := func(tenant string) []string {
		return []string{`json_build_array(json_build_object('tenant_id', ` + tenant + `, 'id', gen_random_uuid(), 'name', 'daily-backup-2024-01-15',
			'size_bytes', 1048576, 'part_size_bytes', 0, 'stream', false, 'content_type', 'application/gzip',
			'metadata', '{"source": "production-server", "database": "myapp"}'::jsonb, 'created_at', extract(epoch from now())::bigint,
			'upload_expires', 1800000000, 'deadline', 2700000000, 'actor_type', 'operator', 'actor_id', 'pgbench', 'request_id', '', 'payload', '{}'))`, "'0'"}
	}
	for _, s := range []struct {
		workload, statement string
		args                []string
	}{
		{"get one", "getBackup", []string{tenant, random(ids)}},
		{"list", "pages_0", []string{tenant, "'epoch'", "'infinity'", strconv.Itoa(pageSize + 1), "0", "'00000000-0000-0000-0000-000000000000'"}},
		{"create in many tenants", "createAll", create(random(tenants))},
		{"create in one tenant", "createAll", create(tenant)},
	} {
		if !b.wants("PostgreSQL alone", s.workload) {
			continue
		}
		file := b.path("pgbench.sql")
		check(os.WriteFile(file, []byte("\\set n random(1, 1000)\n"+inline(statement(s.statement), s.args...)+";\n"), 0o600))
		for _, conns := range b.connections() {
			cmd := exec.CommandContext(b.ctx, slices.Max(found), "-n", "-M", "prepared", "-f", file, "-T", "2",
				"-c", strconv.Itoa(conns), "-j", strconv.Itoa(min(conns, 2)), b.postgres.DSN())
			cmd.Env = append(os.Environ(), "PGOPTIONS="+sessionSettings)
			out, _ := cmd.CombinedOutput() // without a figure if it fails
			b.Figures = append(b.Figures, figureOf("PostgreSQL alone, "+s.workload, conns, measure{name: "statements a second"},
				readFigure(string(out), `\btps = ([0-9.]+)`), 0))
		}
	}
}

// readFigure takes a number from what a program prints.
func readFigure(out, pattern string) float64 {
	found := regexp.MustCompile(pattern).FindStringSubmatch(out)
	if found == nil {
		check(fmt.Errorf("no %s in\n%s", pattern, out))
	}
	return must(strconv.ParseFloat(found[1], 64))
}

// inline puts values in the place of a statement's parameters.
func inline(statement string, values ...string) string {
	var pairs []string
	for i := len(values); i > 0; i-- { // $11 before $1
		pairs = append(pairs, "$"+strconv.Itoa(i), values[i-1])
	}
	return strings.NewReplacer(pairs...).Replace(statement)
}

// webhooks measures how fast events reach a receiver that answers at once: one after another, from
// the request that makes them, and as a queue of one webhook, with one server and with three.
func (b *bench) webhooks() {
	events, queue := 500, 10_000
	if b.short {
		events, queue = 50, 500
	}
	allowed := environment{"LOX_WEBHOOK_ALLOW_PRIVATE": "true"}
	b.within(func() {
		s := b.lox("lox-hooks", b.external(), allowed)
		of, on := b.largest().neighbours[0], b.dial(s.addr, 1)[0]
		ids := b.hook(on, of)
		var took []time.Duration
		for range events {
			began := time.Now()
			on.do(of.create())
			b.next(ids)
			took = append(took, time.Since(began))
		}
		b.most("an event, from its request to its receiver", "p50, ms", ms(percentile(took, 50)), 20)
		b.most("an event, from its request to its receiver", "p99, ms", ms(percentile(took, 99)), 0)
	})
	for _, servers := range []int{1, 3} {
		b.within(func() {
			var s *child
			for i := range servers {
				s = b.lox(fmt.Sprint("lox-hooks-", i), b.external(), allowed)
			}
			of := b.largest().neighbours[servers]
			ids, seen := b.hook(b.dial(s.addr, 1)[0], of), map[string]bool{}
			// The triggers of the schema make the deliveries.
			b.exec(`insert into events (tenant_id, id, type, created_at, payload)
				select $1, gen_random_uuid(), 'backup.created', now(), '{"event": "backup.created"}' from generate_series(1, $2)`, of.id, queue)
			began := time.Now()
			for range queue {
				id := b.next(ids)
				if seen[id] {
					check(errors.New(id + " came twice"))
				}
				seen[id] = true
			}
			b.Figures = append(b.Figures, figureOf(fmt.Sprintf("webhook with %d events, servers: %d", queue, servers), 0,
				measure{name: "deliveries a second"}, float64(queue)/time.Since(began).Seconds(), 0))
		})
	}
}

// hook has the events of a tenant sent to a receiver, and returns where their ids come.
func (b *bench) hook(on *conn, of account) <-chan string {
	ids := make(chan string)
	front := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case ids <- r.Header.Get("webhook-id"):
		case <-r.Context().Done():
		}
	}))
	b.closing(func() error { front.CloseClientConnections(); front.Close(); return nil })
	r := of.ask("/v1/webhooks")
	r.status, r.body = http.StatusCreated, fmt.Sprintf(`{"url": %q, "events": ["backup.created"]}`, front.URL)
	on.do(r)
	return ids
}

func (b *bench) next(ids <-chan string) (id string) {
	select {
	case id = <-ids:
	case <-b.ctx.Done():
		check(b.ctx.Err())
	}
	return id
}

// startUp measures the time from the execution of LOX to its first answer to a request with a key.
func (b *bench) startUp() {
	first := b.embedded() // makes the directory
	check(first.stop())
	store := b.minio()
	objects := b.external()
	maps.Copy(objects, environment{
		"LOX_S3_ENDPOINT": "http://" + store.addr, "LOX_S3_BUCKET": bucket, "LOX_S3_PATH_STYLE": "true",
		"LOX_S3_ACCESS_KEY": miniotest.AccessKey, "LOX_S3_SECRET_KEY": miniotest.SecretKey,
	})
	for _, kind := range []struct {
		name, dir, key string
		env            environment
		end            func(*child) error
		most           float64 // milliseconds
	}{
		{"on PostgreSQL elsewhere", "start", b.largest().key, b.external(), (*child).stop, 150},
		{"on PostgreSQL and S3 elsewhere", "start-s3", b.largest().key, objects, (*child).stop, 150},
		{"on its own directory", "embedded", first.key, nil, (*child).stop, 2_500},
		{"on its own directory after kill -9", "embedded", first.key, nil, (*child).kill, 2_500},
	} {
		var took []float64
		for round := range b.roundsOf(7) + 1 {
			s := b.start(kind.dir, b.binary(), []string{"serve"}, kind.env)
			s.until(func() error { return b.answers(s, kind.key) })
			if round > 0 { // before it, another one has ended otherwise
				took = append(took, ms(time.Since(s.began)))
			}
			check(kind.end(s))
		}
		b.most("start "+kind.name, "median, ms", percentile(took, 50), kind.most)
	}
}

// answers asks for something that takes a key.
func (b *bench) answers(s *child, key string) error {
	return caught(func() { b.fetch("http://"+s.addr+basePath+"/v1/backups?limit=1", key) })
}

// footprint is what LOX takes before it does anything.
func (b *bench) footprint() {
	lox := b.embedded()
	check(b.answers(lox, lox.key))
	select { // until a server has done what it does after its start, such as the first runs of its jobs
	case <-time.After(3 * time.Second):
	case <-b.ctx.Done():
	}
	b.most("idle, without PostgreSQL's processes", "resident memory, MB", lox.memory("VmRSS")*mib/1e6, 40)
	b.most("the binary without symbols", "MB", float64(must(os.Stat(b.binary())).Size())/1e6, 22)
}
