package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// acrossTenants are the statements that by their nature see more than one
// tenant, and why. All others must take the tenant as their first parameter.
var acrossTenants = map[string]string{
	"createTenant": "makes one",
	"countTenants": "counts them for the operator",
	"tenants":      "lists them for the operator",
	"principal":    "finds out which tenant a key is of",
	"keyPrefixes":  "lists the beginnings of the hashes of all keys, by which nobody finds a key",
	"getBackups":   "is given pairs of a tenant and an id; see TestTogetherNobodySeesAnotherTenantsBackup",
	"noteKeyUse":   "notes keys of all tenants at once, which principal has found",
	"forgetKeys":   "clears away what is past its time",
	"abandoned":    "looks for work",
	"overdue":      "looks for work",
	"claimPurges":  "looks for work",
	"finishPurge":  "is given what claimPurges has found",

	"finishVersionPurge": "is given what claimPurges has found",

	"abandonedHooks":   "looks for work",
	"freeExpired":      "looks for work",
	"dueWebhooks":      "looks for work",
	"claimDeliveries":  "is given what dueWebhooks has found",
	"requeue":          "is given what dueWebhooks has found",
	"nextDelivery":     "looks for work",
	"sealedSecrets":    "lists them for the operator, who changes the master key",
	"forgetDeliveries": "clears away what is past its time",
}

// No statement can return, count or touch another tenant's row, whatever ids,
// hashes and keys of that tenant it is given.
func TestNoStatementReachesAnotherTenant(t *testing.T) {
	t.Parallel()
	g := newGlasshouse(t)
	statements := store.Statements()
	for name := range acrossTenants {
		assert.Contains(t, statements, name, "there is no such statement any more")
	}
	for _, name := range slices.Sorted(maps.Keys(statements)) {
		if _, ok := acrossTenants[name]; !ok {
			assert.Empty(t, g.leak(t, statements[name], g.known[name]...), name)
		}
	}
	t.Logf("%d statements, %d executions", len(statements)-len(acrossTenants), g.runs)
}

// A statement that forgets the tenant is caught, in whichever way it does.
func TestStatementsThatForgetTheTenantAreCaught(t *testing.T) {
	t.Parallel()
	g := newGlasshouse(t)
	for planted, want := range map[string]string{
		`select name from backups where id = $2 and $1::uuid is not null`:                          "sees",
		`select count(*) from backups where $1::uuid is not null`:                                  "sees",
		`select $1::uuid from api_keys where hash = $2`:                                            "sees",
		`select 1 from idempotency_keys where key = $2 and $1::uuid is not null`:                   "sees",
		`update api_keys set name = 'x' where id = $2 and $1::uuid is not null`:                    "touches",
		`delete from purges where object_key = $2 and $1::uuid is not null`:                        "touches",
		`delete from backups b using unnest($2::uuid[]) x where b.id = x and $1::uuid is not null`: "touches",
		`with x as (delete from events where tenant_id <> $1) select 1`:                            "touches",
		`update tenant_usage set quota_bytes = 0 where tenant_id = $1 or $2 = 'completed'`:         "touches",
		`select id from backups where tenant_id = $1 and id = $2`:                                  "",
		deleteBackupOfAnyone: "touches",
	} {
		if leak := g.leak(t, planted); want == "" {
			assert.Empty(t, leak, planted)
		} else {
			assert.Contains(t, leak, want, planted)
		}
	}
}

const deleteBackupOfAnyone = `with was as (select * from backups where (tenant_id = $1 or true) and id = $2 for update)
	delete from backups b using was where b.id = was.id`

// glasshouse is a database in which two tenants have rows in every table, and
// everything by which one's rows can be named.
type glasshouse struct {
	db           *sql.DB
	tables       []string
	owner, other lox.TenantID
	// values are parameters to try, by type: what names the owner's rows, and some
	// numbers and times between which all rows lie.
	values map[string][]string
	// known are parameters with which a statement does something for the owner, if
	// they are too many to be found by chance.
	known map[string][]string
	// digests are of the owner's rows, by what was done before.
	digests map[string]string
	runs    int
}

func newGlasshouse(t *testing.T) *glasshouse {
	t.Helper()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	g := &glasshouse{db: storetest.SQL(t, dsn), digests: map[string]string{}, known: map[string][]string{}}
	g.tables = tables(t, g.db)
	g.db.SetMaxOpenConns(1)
	g.values = map[string][]string{
		"bigint": {"0", "1", "10"}, "integer": {"0", "1", "10"}, "boolean": {"true", "false"}, "jsonb": {"{}"},
		"date":                     {"2024-01-01", "2024-01-16", "2024-02-01"},
		"timestamp with time zone": {"2024-01-01T00:00:00Z", "2024-01-15T12:00:00Z", "2024-01-16T00:00:00Z", "2030-01-01T00:00:00Z"},
		"text":                     {"completed", "pending", "pro", "webhook.test"},
	}
	g.other = g.furnish(t, s, "other")
	g.values["uuid"], g.values["bytea"], g.values["text"] = nil, nil, g.values["text"][:4] // only the owner's
	g.owner = g.furnish(t, s, "owner")
	for _, kind := range []string{"uuid", "text"} {
		for _, value := range g.values[kind] {
			g.values[kind+"[]"] = append(g.values[kind+"[]"], `{"`+value+`"}`)
		}
	}
	for _, tenant := range []lox.TenantID{g.owner, g.other} {
		rows := holdings(t, g.db, tenant)
		for _, table := range g.tables {
			require.NotZero(t, rows[table], "furnish makes no row of %s", table)
		}
	}
	return g
}

// furnish makes a tenant with rows in every table, and notes their names.
func (g *glasshouse) furnish(t *testing.T, s *store.Store, name string) lox.TenantID {
	t.Helper()
	note := func(kind, value string) { g.values[kind] = append(g.values[kind], value) }
	hash := func(sum [32]byte) { note("bytea", string(sum[:])) }
	tenant, key := storetest.TenantOn(t, s, lox.PlanPro)
	_, err := s.UpdateTenant(t.Context(), tenant.ID, func(t *lox.Tenant) error { t.Name = name; return nil })
	require.NoError(t, err)
	note("uuid", uuidOf(tenant.ID))
	for _, edit := range []func(*lox.APIKey){full, scoped(lox.ScopeBackupsRead), expires(noon)} {
		k, _ := addKey(t, s, tenant.ID, edit)
		note("uuid", uuidOf(k.ID))
	}
	hash(hashOf(t, key))
	request := lox.IdempotencyKey{Key: name, Request: sha256.Sum256([]byte(name))}
	hash(request.Request)
	note("text", request.Key)
	note("text", name+"'s worker")
	for _, status := range []lox.Status{lox.StatusPending, lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed, ""} {
		b := typed(tenant.ID, "type/"+name, 100, noon)
		b.Name = name
		note("uuid", uuidOf(b.ID))
		note("text", b.ObjectKey())
		if status == lox.StatusPending {
			_, _, err = s.CreateBackupOnce(t.Context(), b, request)
			require.NoError(t, err)
			g.known["complete"] = []string{
				uuidOf(tenant.ID), "{" + uuidOf(b.ID) + "}", `{"\\x` + strings.Repeat("00", 32) + `"}`, "{v1}", "{2024-01-15T12:00:00Z}",
				"2024-01-15T12:00:00Z", "{" + uuidOf(lox.NewEventID()) + "}", "{2024-01-15T12:00:00Z}", `{"{}"}`, uuidOf(lox.NewEventID()), "{" + b.ObjectKey() + "}", "{}",
			}
		} else {
			create(t, s, b)
		}
		event := b.Failed("no", noon)
		switch status {
		case lox.StatusVerifying:
			_, err = s.Lease(t.Context(), b, lox.Lease{Owner: name + "'s worker", Now: noon, Until: noon.Add(time.Hour)})
		case lox.StatusCompleted:
			event = b.Completed(lox.Checksum{}, noon)
			_, err = s.Complete(t.Context(), b, lox.Verified{ObjectVersion: "v1", At: noon, Event: event})
			note("uuid", uuidOf(event.ID))
		case lox.StatusFailed:
			_, err = s.Fail(t.Context(), b, lox.Failure{Text: "no", At: noon, Event: event})
		case "":
			err = s.DeleteBackup(t.Context(), tenant.ID, b.ID, noon)
		}
		require.NoError(t, err)
	}
	g.known["createBackups"] = []string{
		uuidOf(tenant.ID), "{" + uuidOf(lox.NewBackupID()) + "}", "{a}", "{1}", "{text/plain}", `{"{}"}`, "{NULL}",
		"{2024-01-15T12:00:00Z}", "{2024-01-15T12:30:00Z}", "{2024-01-15T13:00:00Z}",
	}
	g.known["createEach"] = append(slices.Clone(g.known["createBackups"]), "{"+uuidOf(lox.NewEventID())+"}", `{"\\\\x7b7d"}`)
	g.furnishWebhooks(t, s, tenant.ID, note)
	// For what a statement inserts.
	note("uuid", uuidOf(lox.NewBackupID()))
	hash(sha256.Sum256([]byte("fresh")))
	return tenant.ID
}

// furnishWebhooks makes webhooks with deliveries in every state, also one that was
// disabled just now.
func (g *glasshouse) furnishWebhooks(t *testing.T, s *store.Store, tenant lox.TenantID, note func(kind, value string)) {
	t.Helper()
	w, disabled := addWebhook(t, s, tenant), addWebhook(t, s, tenant)
	for _, to := range []lox.Webhook{w, w, w, disabled} {
		d, err := s.SendEvent(t.Context(), tenant, to.ID, to.Test(noon))
		require.NoError(t, err)
		note("uuid", uuidOf(d.ID))
	}
	_, err := g.db.ExecContext(t.Context(), "update webhooks set enabled = false where id = $1", disabled.ID)
	require.NoError(t, err)
	note("uuid", uuidOf(w.ID))
	note("uuid", uuidOf(disabled.ID))
	claimed := slices.DeleteFunc(claim(t, s, noon, 10, 10), func(d lox.Dispatch) bool { return d.Tenant != tenant })
	require.Len(t, claimed, 3)
	finish(t, s, claimed[0], lox.DeliveryFailed)
	d := claimed[1]
	g.known["finishDelivery"] = []string{
		uuidOf(tenant), uuidOf(w.ID), uuidOf(d.ID), d.Claim, "succeeded", "", "2024-01-15T12:00:00Z",
		"2024-01-15T12:00:00Z", "1", "200", "body", "none", "false",
	}
	g.known["putBackDelivery"] = []string{uuidOf(tenant), uuidOf(w.ID), uuidOf(d.ID), d.Claim, "2024-01-15T12:00:00Z", "2024-01-15T12:00:00Z"}
	g.known["disableFailing"] = []string{
		uuidOf(tenant), uuidOf(w.ID), "no", "", uuidOf(lox.NewEventID()), "webhook.disabled", "2024-01-15T12:00:00Z", "{}", w.URL,
	}
	page := []string{uuidOf(tenant), uuidOf(w.ID), "2024-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "10", "0"}
	g.known["deliveries"], g.known["deliveriesByStatus"] = page, append(slices.Clone(page), "pending")
	g.known["deliveriesByType"] = append(slices.Clone(page), "webhook.test")
	g.known["deliveriesByStatusType"] = append(slices.Clone(page), "pending", "webhook.test")
	_, err = s.SendEvent(t.Context(), tenant, w.ID, w.Test(noon))
	require.NoError(t, err)
}

// leak says how a statement, given one tenant and all that names rows of
// another one, sees or touches these; "" if it doesn't.
//
// It begins with parameters that do something when they come with the owner
// itself, and tries every other value in the place of each. With the other tenant
// the statement must leave all of the owner's rows as they are, and answer what
// it would if these rows did not exist.
func (g *glasshouse) leak(t *testing.T, statement string, known ...string) string {
	t.Helper()
	types := g.parameterTypes(t, statement)
	if len(types) == 0 || types[0] != "uuid" && types[0] != "text" {
		return "has no tenant as its first parameter"
	}
	args := known
	if args == nil {
		args = g.somethingToDo(t, statement, types)
	} else if !g.effective(t, statement, args) {
		args = nil
	}
	if args == nil {
		return "does nothing with any parameters that were tried, not even for its own tenant"
	}
	args[0] = uuidOf(g.other)
	for i, kind := range types {
		usual := args[i]
		for _, value := range append(g.values[kind], usual) {
			if i > 0 {
				args[i] = value
			}
			there, touched := g.run(t, statement, args, "")
			if touched {
				return fmt.Sprintf("touches a row of another tenant, with %q", args)
			}
			if alone, _ := g.run(t, statement, args, g.removal(g.tables)); there != alone && !failed(there) && !failed(alone) {
				return fmt.Sprintf("sees a row of another tenant, with %q: %q, and without that row %q", args, there, alone)
			}
			if i == 0 {
				break
			}
		}
		args[i] = usual
	}
	return ""
}

// somethingToDo finds parameters with which a statement does something for the
// owner.
func (g *glasshouse) somethingToDo(t *testing.T, statement string, types []string) []string {
	t.Helper()
	h := fnv.New64()
	_, _ = h.Write([]byte(statement))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	args := make([]string, len(types))
	for range 3000 {
		for i, kind := range types {
			require.NotEmpty(t, g.values[kind], "values of type %s in %s", kind, statement)
			args[i] = g.values[kind][r.IntN(len(g.values[kind]))]
		}
		args[0] = uuidOf(g.owner)
		if g.effective(t, statement, args) {
			return args
		}
	}
	return nil
}

// effective reports whether a statement answers or changes anything for the
// owner, with its backups or without any, which is when it can be deleted.
func (g *glasshouse) effective(t *testing.T, statement string, args []string) bool {
	t.Helper()
	for _, before := range []string{"", g.removal([]string{"backups"})} {
		answer, touched := g.run(t, statement, args, before)
		if failed(answer) {
			return false
		}
		if touched || answer != "" {
			return true
		}
	}
	return false
}

// removal is what deletes the owner's rows of tables.
func (g *glasshouse) removal(from []string) string {
	var all strings.Builder
	for _, table := range from {
		fmt.Fprintf(&all, "delete from %s where %s;", table, ownedBy(table, g.owner))
	}
	return all.String()
}

func (g *glasshouse) parameterTypes(t *testing.T, statement string) (types []string) {
	t.Helper()
	_, err := g.db.ExecContext(t.Context(), "prepare asked as "+statement)
	require.NoError(t, err)
	require.NoError(t, g.db.QueryRowContext(t.Context(),
		"select parameter_types::text[] from pg_prepared_statements where name = 'asked'").Scan(pq.Array(&types)))
	_, err = g.db.ExecContext(t.Context(), "deallocate asked")
	require.NoError(t, err)
	return types
}

const failure = "failed: "

func failed(answer string) bool { return strings.HasPrefix(answer, failure) }

// run executes a statement after something else, undoes both, and returns its
// rows and whether it changed any of the owner's.
func (g *glasshouse) run(t *testing.T, statement string, args []string, before string) (answer string, touched bool) {
	t.Helper()
	g.runs++
	ctx := context.Background()
	tx, err := g.db.BeginTx(ctx, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback()) }()
	if before != "" {
		_, err = tx.ExecContext(ctx, before)
		require.NoError(t, err)
	}
	if g.digests[before] == "" {
		g.digests[before] = digest(t, tx, g.tables, g.owner)
	}
	rows, err := tx.QueryContext(ctx, statement, asAny(args)...)
	if err != nil {
		return failure + err.Error(), false
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var all strings.Builder
	for rows.Next() {
		row, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		require.NoError(t, rows.Scan(into...))
		fmt.Fprintln(&all, row)
	}
	if err := rows.Err(); err != nil {
		return failure + err.Error(), false
	}
	return all.String(), digest(t, tx, g.tables, g.owner) != g.digests[before]
}

func asAny(args []string) []any {
	all := make([]any, len(args))
	for i, arg := range args {
		if arg != "" { // else null
			all[i] = arg
		}
	}
	return all
}
