package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"
)

// alone is how fast PostgreSQL runs the statement of a workload for pgbench,
// without any server in between. A random row is found by one more lookup.
type alone struct {
	Workload    string  `json:"workload"`
	Connections int     `json:"connections"`
	Rate        float64 `json:"statements_per_second"`
	Latency     float64 `json:"mean_ms"`
}

// findPgbench returns "" if it isn't installed.
func findPgbench() string {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return ""
	}
	return slices.Max(found)
}

const sectionAlone = "PostgreSQL alone"

// postgresAlone measures the statements of the ceiling with pgbench.
func (r *report) postgresAlone(ctx context.Context, h *testbed, s scale, on *side) error {
	pgbench := findPgbench()
	if pgbench == "" {
		return nil
	}
	var tenants []string
	for _, n := range on.neighbours {
		tenants = append(tenants, uuidOf(n.tenant))
	}
	if _, err := h.db.ExecContext(ctx, lookups); err != nil {
		return err
	}
	if _, err := h.db.ExecContext(ctx, fillLookups, pq.Array(tenants), on.tenant, sampledIDs); err != nil {
		return err
	}
	if _, err := h.db.ExecContext(ctx, "analyze bench_tenants; analyze bench_ids"); err != nil {
		return err
	}
	for _, script := range scripts(on) {
		if !s.wants(script.workload) && !s.wants(sectionAlone) {
			continue
		}
		file := filepath.Join(h.dir, "pgbench.sql")
		if err := os.WriteFile(file, []byte(script.sql+";\n"), 0o600); err != nil {
			return err
		}
		for _, conns := range s.conns {
			cmd := exec.CommandContext(ctx, pgbench, "-n", "-M", "prepared", "-f", file, "-T", strconv.Itoa(int(s.alone.Seconds())),
				"-c", strconv.Itoa(conns), "-j", strconv.Itoa(min(conns, 2)), h.postgres.DSN())
			cmd.Env = append(os.Environ(), "PGOPTIONS="+bareOptions)
			out, err := cmd.CombinedOutput()
			if err != nil {
				return fmt.Errorf("pgbench, %s: %w\n%s", script.workload, err, out)
			}
			found := alone{Workload: script.workload, Connections: conns}
			if err := found.read(string(out)); err != nil {
				return err
			}
			r.Alone = append(r.Alone, found)
		}
	}
	return nil
}

var pgbenchFigures = regexp.MustCompile(`(?s)latency average = ([0-9.]+) ms.*\btps = ([0-9.]+)`)

// read takes the figures from what pgbench prints.
func (a *alone) read(out string) (err error) {
	found := pgbenchFigures.FindStringSubmatch(out)
	if found == nil {
		return fmt.Errorf("pgbench prints\n%s", out)
	}
	var invalid error
	a.Latency, err = strconv.ParseFloat(found[1], 64)
	a.Rate, invalid = strconv.ParseFloat(found[2], 64)
	return errors.Join(err, invalid)
}

const lookups = `create unlogged table bench_tenants (n serial primary key, id uuid not null);
create unlogged table bench_ids (n serial primary key, id uuid not null)`

// $1 tenants, $2 the one whose backups are asked for, $3 how many of them.
const fillLookups = `with tenant as (
	insert into bench_tenants (id) select unnest($1::uuid[])
)
insert into bench_ids (id) select id from backups where tenant_id = $2 and status = 'completed' order by md5(id::text) limit $3`

// script is a workload as pgbench takes it.
type script struct{ workload, sql string }

func scripts(on *side) []script {
	tenant := "'" + uuidOf(on.tenant) + "'::uuid"
	const random = "\\set n random(1, %d)\n"
	const anyTenant = "(select id from bench_tenants where n = :n)"
	create := func(tenant string) string {
		return inline(bareCreate, tenant, "gen_random_uuid()", "'daily-backup-2024-01-15'", "'pending'", "1048576", "'application/gzip'",
			`'{"source": "production-server", "database": "myapp"}'`, "null", "date_trunc('second', now())",
			"date_trunc('second', now()) + interval '30 minutes'", "date_trunc('second', now()) + interval '45 minutes'")
	}
	return []script{
		{"get one", fmt.Sprintf(random, len(on.ids)) + inline(bareGet, tenant, "(select id from bench_ids where n = :n)")},
		{"list", inline(pageShape{}.sql(), tenant, "'epoch'", "'infinity'", "'00000000-0000-0000-0000-000000000000'", strconv.Itoa(pageSize+1), "0")},
		{"create in many tenants", fmt.Sprintf(random, len(on.neighbours)) + create(anyTenant)},
		{"create in one tenant", create(tenant)},
	}
}

// inline puts values in the place of a statement's parameters.
func inline(statement string, values ...string) string {
	var pairs []string
	for i := len(values); i > 0; i-- { // $11 before $1
		pairs = append(pairs, "$"+strconv.Itoa(i), values[i-1])
	}
	return strings.NewReplacer(pairs...).Replace(statement)
}

func (r *report) printAlone(w io.Writer) {
	if len(r.Alone) == 0 {
		return
	}
	fmt.Fprint(w, "\nPostgreSQL alone: the same statements, prepared, as fast as pgbench sends them\n\n")
	rows := [][]string{{"", "conns", "mean ms", "statements/s", "LOX req/s"}}
	for _, a := range r.Alone {
		rate := ""
		for _, c := range r.Results {
			if c.Workload == a.Workload && c.Connections == a.Connections {
				rate = count(int(c.Sizes[len(c.Sizes)-1].Rate))
			}
		}
		rows = append(rows, []string{a.Workload, strconv.Itoa(a.Connections), fmt.Sprintf("%.2f", a.Latency), count(int(a.Rate)), rate})
	}
	printTable(w, rows)
}
