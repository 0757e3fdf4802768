package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store"
)

// acrossTenants are the statements that must read rows of several tenants, with reasons. All others
// must have the tenant as their first parameter.
var acrossTenants = map[string]string{
	"createTenant": "makes one",
	"countTenants": "counts them for the operator",
	"tenants":      "lists them for the operator",
	"principal":    "finds out which tenant a key is of",
	"keyPrefixes":  "lists the beginnings of the hashes of all keys, by which nobody finds a key",
	"getBackups":   "is given pairs of a tenant and an id; see TestBatchedReadsAreIsolated",

	"createAll":       "is given the tenant of each, and reads none",
	"createAllOnce":   "is given the tenant of each, and looks for its keys alone",
	"createSome":      "is given the tenant of each, and reads none",
	"completeBackups": "is given pairs of a tenant and an id; see TestTogetherNobodyCompletesAnotherTenantsBackup",
	"downloadBackups": "is given pairs of a tenant and an id; see TestBatchedReadsAreIsolated",
	"keepPartitions":  "makes and drops months of the record",

	"noteKeyUse":   "notes keys of all tenants at once, which principal has found",
	"forgetKeys":   "clears away what is past its time",
	"overdue":      "looks for work",
	"claimPurges":  "looks for work",
	"finishPurges": "is given what claimPurges has found",

	"oldFailed":         "looks for work",
	"forgetRevokedKeys": "clears away what is past its time",
	"forgetDays":        "clears away what counts nothing, along the primary key",
	"forgetTypes":       "clears away what counts nothing, along the primary key",
	"deletedWebhook":    "looks for work",

	"claimVerifications": "looks for work",
	"verifyBacklog":      "counts work",
	"expireBacklog":      "counts work",
	"purgeBacklog":       "counts work",
	"deliverBacklog":     "counts work",

	"marks":         "reads the marks of the database itself",
	"advanceMark":   "makes a mark of the database itself",
	"markWritten":   "is about a mark of the database itself",
	"holdDeletions": "holds those of all tenants",
	"looksRestored": "is about the database itself, and answers yes or no",

	"abandonedHooks":   "looks for work",
	"freeExpired":      "looks for work",
	"dueWebhooks":      "looks for work",
	"claimDeliveries":  "is given what dueWebhooks has found",
	"requeue":          "is given what dueWebhooks has found",
	"nextDelivery":     "looks for work",
	"sealedSecrets":    "lists them for the operator, who changes the master key",
	"forgetDeliveries": "clears away what is past its time",
	"retryUnsigned":    "looks for work",

	"databaseVersion":    "is of no tenant",
	"masterKeyProof":     "is of no tenant",
	"keepMasterKeyProof": "is of no tenant",
	"someSecrets":        "looks for any that the master key opens",
}

// No statement can return, count or change a row of another tenant, whatever ids, hashes and keys
// of that tenant it gets.
func TestNoStatementReachesAnotherTenant(t *testing.T) {
	t.Parallel()
	g := newTwoTenants(t)
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

// A statement without the tenant is detected, however it is written.
func TestStatementsWithoutTenantAreDetected(t *testing.T) {
	t.Parallel()
	g := newTwoTenants(t)
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

// leak says how a statement, called with one tenant and names of another one's rows, reads or
// changes those rows. It returns "" if it doesn't.
//
// It begins with parameters that have an effect for the owner itself, and tries every other value
// in place of each. With the other tenant, the statement must not change the owner's rows, and must
// return what it would if these rows did not exist.
func (g *twoTenants) leak(t *testing.T, statement string, known ...string) string {
	t.Helper()
	types := g.parameterTypes(t, statement)
	if len(types) == 0 || types[0] != "uuid" && types[0] != "text" {
		return "has no tenant as its first parameter"
	}
	var args []string
	if known == nil {
		args = g.somethingToDo(t, statement, types)
	} else {
		args = g.effective(t, statement, known)
	}
	if args == nil {
		return "does nothing with any parameters that were tried, not even for its own tenant: create rows for it, or add parameters to known, in newTwoTenants"
	}
	args[0] = uuidOf(g.other)
	tries := [][]string{args}
	for i, kind := range types[1:] {
		for _, value := range g.values[kind] {
			one := slices.Clone(args)
			one[i+1] = value
			tries = append(tries, one)
		}
	}
	answers := make([]string, len(tries))
	for i, args := range tries {
		var touched bool
		if answers[i], touched = g.run(t, statement, args, ""); touched {
			return fmt.Sprintf("touches a row of another tenant, with %q", args)
		}
	}
	for i, args := range tries {
		alone, there := g.answer(t, statement, args, g.removal(g.tables)), answers[i]
		if there != alone && !failed(there) && !failed(alone) {
			return fmt.Sprintf("sees a row of another tenant, with %q: %q, and without that row %q", args, there, alone)
		}
	}
	return ""
}

// somethingToDo finds parameters with which a statement has an effect for the owner.
func (g *twoTenants) somethingToDo(t *testing.T, statement string, types []string) []string {
	t.Helper()
	h := fnv.New64()
	_, _ = h.Write([]byte(statement))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	for range 100 {
		candidates := make([][]string, 30)
		for i := range candidates {
			for _, kind := range types {
				require.NotEmpty(t, g.values[kind], "values of type %s in %s", kind, statement)
				candidates[i] = append(candidates[i], g.values[kind][r.IntN(len(g.values[kind]))])
			}
			candidates[i][0] = uuidOf(g.owner)
		}
		if args := g.effective(t, statement, candidates...); args != nil {
			return args
		}
	}
	return nil
}

// effective returns the first of several parameters with which a statement returns or changes anything
// for the owner, or nil. They are tried with the owner's backups and without, because a tenant can only be
// deleted without backups.
func (g *twoTenants) effective(t *testing.T, statement string, candidates ...[]string) []string {
	t.Helper()
	for _, before := range []string{"", g.removal([]string{"backups"})} {
		for _, args := range candidates {
			if answer, touched := g.run(t, statement, args, before); touched || answer != "" && !failed(answer) {
				return args
			}
		}
	}
	return nil
}

// removal returns a statement that deletes the owner's rows of tables.
func (g *twoTenants) removal(from []string) string {
	var all strings.Builder
	for _, table := range from {
		fmt.Fprintf(&all, "delete from %s where %s;", table, ownedBy(table, g.owner))
	}
	return all.String()
}

func (g *twoTenants) parameterTypes(t *testing.T, statement string) (types []string) {
	t.Helper()
	g.end(t)
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

// run executes a statement after another one, undoes it, and returns its rows and whether it changed
// any of the owner's rows.
func (g *twoTenants) run(t *testing.T, statement string, args []string, before string) (answer string, touched bool) {
	t.Helper()
	tx := g.after(t, before)
	defer g.undo(t, tx)
	answer = g.execute(t, tx, statement, args)
	return answer, !failed(answer) && digest(t, tx, g.tables, g.owner) != g.digests[before]
}

// answer is run for the rows alone.
func (g *twoTenants) answer(t *testing.T, statement string, args []string, before string) string {
	t.Helper()
	tx := g.after(t, before)
	defer g.undo(t, tx)
	return g.execute(t, tx, statement, args)
}

// after returns a transaction in which a statement has run, behind a savepoint. It stays for the next
// executions after the same statement, because the removal of all rows takes much longer than most of
// them.
func (g *twoTenants) after(t *testing.T, before string) *sql.Tx {
	t.Helper()
	ctx := context.Background()
	if g.tx != nil && g.before != before {
		g.end(t)
	}
	if g.tx == nil {
		var err error
		g.tx, err = g.db.BeginTx(ctx, nil)
		require.NoError(t, err)
		g.before = before
		if before != "" {
			_, err = g.tx.ExecContext(ctx, before)
			require.NoError(t, err)
		}
		if g.digests[before] == "" {
			g.digests[before] = digest(t, g.tx, g.tables, g.owner)
		}
	}
	_, err := g.tx.ExecContext(ctx, "savepoint usual")
	require.NoError(t, err)
	return g.tx
}

func (g *twoTenants) undo(t *testing.T, tx *sql.Tx) {
	t.Helper()
	_, err := tx.ExecContext(context.Background(), "rollback to savepoint usual; release savepoint usual")
	require.NoError(t, err)
}

// end rolls the transaction back.
func (g *twoTenants) end(t *testing.T) {
	t.Helper()
	if g.tx != nil {
		require.NoError(t, g.tx.Rollback())
		g.tx = nil
	}
}

// execute executes a statement and returns its rows or its failure.
func (g *twoTenants) execute(t *testing.T, tx *sql.Tx, statement string, args []string) string {
	t.Helper()
	g.runs++
	rows, err := tx.QueryContext(context.Background(), statement, asAny(args)...)
	if err != nil {
		return failure + err.Error()
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
		return failure + err.Error()
	}
	return all.String()
}

func asAny(args []string) []any {
	all := make([]any, len(args))
	for i, arg := range args {
		if arg != "" { // otherwise null
			all[i] = arg
		}
	}
	return all
}
