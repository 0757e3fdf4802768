package store_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// nameParts are parts of names: characters that LIKE and collations treat specially, and those at
// the limits of UTF-8 and UTF-16.
var nameParts = []string{"a", "A", "ä", "%", "_", `\`, "b", " ", "ß", "é", "e\u0301", "\ud7ff", "\ue000", "\U0010ffff", "備", "-"}

func randomName(r *rand.Rand, least int) string {
	var name strings.Builder
	for range least + r.IntN(3) {
		name.WriteString(nameParts[r.IntN(len(nameParts))])
	}
	return name.String()
}

// metadataWords are keys and values.
var metadataWords = []string{"a", "A", "b", "a]", "[a", "", `"`, `\`, "%", "ä", "\u2028", "a\", \"b"}

func randomMetadata(r *rand.Rand, most int) lox.Metadata {
	metadata := lox.Metadata{}
	for range r.IntN(most + 1) {
		metadata[metadataWords[r.IntN(len(metadataWords))]] = metadataWords[r.IntN(len(metadataWords))]
	}
	return metadata
}

// matches is the definition of a filter.
func matches(b *lox.Backup, q *lox.BackupQuery) bool {
	for key, value := range q.Metadata {
		if has, ok := b.Metadata[key]; !ok || has != value {
			return false
		}
	}
	return (q.Status == "" || b.Status == q.Status) && (q.Name == "" || b.Name == q.Name) && strings.HasPrefix(b.Name, q.NamePrefix) &&
		(q.From.IsZero() || !b.CreatedAt.Before(q.From)) && (q.To.IsZero() || b.CreatedAt.Before(q.To))
}

// For any backups and filters, pages by offset and by cursor have the backups that match, in the
// same order and with the same total.
func TestFilters(t *testing.T) {
	t.Parallel()
	const n, queries = 600, 400
	r := rand.New(rand.NewPCG(18, 1))
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	neighbour, _ := storetest.Tenant(t, s, quota)
	var own, others []lox.Backup
	var times []time.Time
	for range n {
		at := day(0).Add(time.Duration(r.IntN(3*86400)) * time.Second)
		times = append(times, at)
		b := pending(tenant.ID, 1, at)
		b.Name, b.Metadata = randomName(r, 1), randomMetadata(r, 4)
		own = append(own, b)
		b.Tenant, b.ID = neighbour.ID, lox.NewBackupID() // with the same names and metadata
		others = append(others, b)
	}
	db := storetest.SQL(t, dsn)
	all := seedLives(t, db, r, own)
	seedLives(t, db, r, others)
	found := 0
	for range queries {
		q := randomQuery(r, times)
		q.Offset = r.IntN(5)
		if q.Limit = 1 + r.IntN(10); r.IntN(2) == 0 {
			q.From, q.To = time.Time{}, time.Time{}
		}
		some := all[r.IntN(len(all))]
		switch r.IntN(4) {
		case 0:
			q.Name = some.Name
		case 1:
			q.NamePrefix = randomName(r, 1)
		case 2:
			q.NamePrefix = string([]rune(some.Name)[:1])
			q.Name = some.Name
		}
		if q.Name+q.NamePrefix == "" || r.IntN(2) == 0 {
			q.Metadata = randomMetadata(r, 2)
		}
		want := []lox.BackupID{}
		for i := range all {
			if matches(&all[i], &q) {
				want = append(want, all[i].ID)
			}
		}
		if found += len(want); len(want) > 0 {
			checkPages(t, s, tenant.ID, q, want)
		}
		page, err := s.Backups(t.Context(), tenant.ID, q)
		require.NoError(t, err)
		require.Equal(t, int64(len(want)), page.Total, "%+v", q)
		require.Equal(t, want[min(q.Offset, len(want)):min(q.Offset+q.Limit, len(want))], ids(page), "%+v", q)
	}
	assert.Greater(t, found, queries, "backups that matched")
}

func ids(page lox.BackupPage) []lox.BackupID {
	all := []lox.BackupID{}
	for _, b := range page.Backups {
		all = append(all, b.ID)
	}
	return all
}

// checkPages follows the pages of a query to the end by cursor.
func checkPages(t *testing.T, s *store.Grouped, tenant lox.TenantID, q lox.BackupQuery, want []lox.BackupID) {
	t.Helper()
	q.Offset = 0
	var got []lox.BackupID
	for {
		page, err := s.Backups(t.Context(), tenant, q)
		require.NoError(t, err)
		require.Equal(t, int64(len(want)), page.Total, "%+v", q)
		got = append(got, ids(page)...)
		if q.After = page.Next; page.Next == nil {
			break
		}
	}
	require.Equal(t, want, got, "%+v", q)
}

// With `make scale` there are 1,000,000 other backups, in the gate a twentieth.
func TestFilteredListReadsOnlyMatches(t *testing.T) { //nolint:paralleltest // it measures
	n := scaled(t, 1_000_000, 20)
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 1<<50)
	seedBackups(t, db, tenant.ID, n, lox.StatusCompleted)
	const rare = 100
	seed(t, db, tenant.ID,
		"alter table backups disable trigger user",
		`update backups set
			name = case when right(name, 1) = '0' then 'nightly' when substr(name, 2)::int <= `+strconv.Itoa(rare)+` then 'rare-' || name else 'x' || md5(name) end,
			metadata = jsonb_build_object('run', md5(name)) || case when right(name, 1) = '5' then '{"env": "staging"}' else '{}' end::jsonb
				|| case when substr(name, 2)::int <= `+strconv.Itoa(rare)+` then '{"host": "db1"}' else '{}' end::jsonb || '{"all": ""}'`,
		"alter table backups enable trigger user",
		"vacuum analyze backups")
	for what, test := range map[string]struct {
		query lox.BackupQuery
		total int
		most  time.Duration
	}{
		"one name of a tenth": {lox.BackupQuery{Name: "nightly"}, n / 10, 250 * time.Millisecond},
		"a rare prefix":       {lox.BackupQuery{NamePrefix: "rare-"}, rare * 9 / 10, 25 * time.Millisecond},
		"a rare value":        {lox.BackupQuery{Metadata: lox.Metadata{"host": "db1"}}, rare, 25 * time.Millisecond},
		"a value of a tenth":  {lox.BackupQuery{Metadata: lox.Metadata{"env": "staging"}}, n / 10, 500 * time.Millisecond},
		"both": {
			lox.BackupQuery{Metadata: lox.Metadata{"env": "staging", "host": "db1"}}, rare / 10, 25 * time.Millisecond,
		},
		"a rare prefix, and what all have": {
			lox.BackupQuery{NamePrefix: "rare-", Metadata: lox.Metadata{"all": ""}}, rare * 9 / 10, 50 * time.Millisecond,
		},
		"what no backup has": {lox.BackupQuery{NamePrefix: "rare-", Metadata: lox.Metadata{"all": "x"}}, 0, 25 * time.Millisecond},
	} {
		var took measured
		for range 7 {
			test.query.Limit = 20
			begun := time.Now()
			page, err := s.Backups(t.Context(), tenant.ID, test.query)
			took = append(took, time.Since(begun))
			require.NoError(t, err, what)
			assert.Equal(t, int64(test.total), page.Total, what)
		}
		t.Logf("%s, %d of %d: least %s, p50 %s", what, test.total, n, took.quantile(0), took.quantile(.5))
		assert.Less(t, took.quantile(0), test.most, what)
	}
}
