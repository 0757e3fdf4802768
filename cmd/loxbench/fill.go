package main

import (
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
)

const (
	// days over which the backups of each tenant are spread evenly. They ended yesterday.
	days = 365
	// Besides the tenants that are compared there are small ones, because a table with one tenant in it has
	// other statistics, and so other plans, than one in use.
	neighbours, neighbourBackups = 1_000, 20
	sampledIDs                   = 20_000
)

// account is a tenant and a key of it.
type account struct {
	id  lox.TenantID
	key string
}

// tenant is one of those that are compared.
type tenant struct {
	account

	backups    int
	ids        []string // of completed backups, at random
	deep       string   // the cursor of a page far down the list
	unknownKey string   // that nobody has
	neighbours []account
}

// today is the end of the days of the backups.
var today = time.Now().UTC().Truncate(24 * time.Hour)

// sizes are the numbers of backups of the tenants that are compared.
func (o options) sizes() []int {
	if o.short {
		return []int{20_000}
	}
	return []int{1_000, 100_000, 1_000_000}
}

// largest is the tenant with the most backups.
func (b *bench) largest() *tenant { return b.tenants[len(b.tenants)-1] }

// fill makes the tenants and their backups, and leaves the tables as autovacuum would. The
// triggers of the schema keep the counters.
func (b *bench) fill(s *store.Store) {
	sizes := append(b.sizes(), slices.Repeat([]int{neighbourBackups}, neighbours)...)
	accounts, ids := make([]account, len(sizes)), make([]string, len(sizes))
	together(16, upTo(len(sizes)), func(_, i int) {
		quota := int64(1 << 50) // bytes; never reached
		t := must(lox.NewTenant(nameOf(sizes[i]), lox.PlanEnterprise, &quota, time.Now()))
		accounts[i], ids[i] = account{t.ID, lox.NewAPIKey()}, uuidOf(t.ID)
		check(s.CreateTenant(b.ctx, t, must(lox.StoredKey(t.ID, accounts[i].key, t.CreatedAt)), lox.Operator("loxbench")))
	})
	b.exec(fillBackups, pq.Array(ids), pq.Array(sizes), today, days)
	b.exec("vacuum (analyze)")
	b.exec("checkpoint")
	for i, n := range b.sizes() {
		t := &tenant{account: accounts[i], backups: n, neighbours: accounts[len(b.sizes()):], unknownKey: lox.NewAPIKey()}
		// Of all ages, so that what they cost isn't what the newest cost.
		rows := must(b.db.QueryContext(b.ctx, "select id from backups where tenant_id = $1 and status = 'completed' order by md5(id::text) limit $2", t.id, sampledIDs))
		for rows.Next() {
			var id lox.BackupID
			check(rows.Scan(&id))
			t.ids = append(t.ids, id.String())
		}
		check(rows.Err(), rows.Close())
		b.tenants = append(b.tenants, t)
	}
}

// nameOf is the name of a tenant with so many backups.
func nameOf(backups int) string { return number(float64(backups)) + " backups" }

func uuidOf(id lox.TenantID) string { return must(id.Value()).(string) }

// $1 tenants, $2 the number of backups of each, $3 the end of the days, $4 their number. Rows lie
// in the order of their creation, the tenants' mixed, as in a table that grew. Of 20 backups in a
// row one failed, one is pending and one is being verified, and neither of these is due. The ids
// are UUIDv7 of the creation.
const fillBackups = `insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata, checksum,
	failure, created_at, upload_expires_at, deadline, completed_at, lease_owner, lease_until)
select tenant,
	(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(noise, 1, 3) || '8' || substr(noise, 4, 15))::uuid,
	'daily-backup-' || n, status, 1048576 + n % 1000, 'application/x-' || n % 500,
	'{"source": "production-server", "database": "myapp"}',
	case status when 'completed' then sha256(noise::bytea) end,
	case status when 'failed' then 'Upload timeout exceeded' else '' end,
	at, at + interval '30 minutes', $3::timestamptz + interval '30 days',
	case status when 'completed' then at + interval '1 minute' end,
	case status when 'verifying' then 'loxbench' end,
	case status when 'verifying' then $3::timestamptz + interval '30 days' end
from (
	select tenant, n, md5(tenant::text || n) as noise,
		date_trunc('second', $3::timestamptz - (n - random()) / backups * $4 * interval '1 day') as at,
		case n % 20 when 5 then 'failed' when 10 then 'pending' when 15 then 'verifying' else 'completed' end as status
	from unnest($1::uuid[], $2::bigint[]) as t (tenant, backups), generate_series(1, backups) n
) made
order by at`
