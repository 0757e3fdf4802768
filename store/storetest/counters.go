package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// CheckCounters fails the test unless every counter equals a recount of the rows. Deleted backups have no rows, so
// storage_days can be compared only in total and as a lower bound.
func CheckCounters(t testing.TB, dsn string) {
	t.Helper()
	db := SQL(t, dsn)
	for what, query := range map[string]string{
		"tenant_usage": differ(
			`select t.id, `+counted+` from tenants t left join backups on tenant_id = t.id group by 1`,
			`select tenant_id, `+counters+` from tenant_usage`),
		"backup_days": differ(
			`select tenant_id, (created_at at time zone 'UTC')::date as day, `+counted+` from backups group by 1, 2`,
			`select tenant_id, day, `+counters+` from backup_days where pending + verifying + completed + failed > 0`),
		"content_types": differ(
			`select tenant_id, content_type, count(*), sum(size_bytes) from backups where status = 'completed' group by 1, 2`,
			`select tenant_id, content_type, count, bytes from content_types where (count, bytes) <> (0, 0)`),
		"storage_days": differ(
			`select tenant_id, count(*), sum(size_bytes) from backups where status = 'completed' group by 1`,
			`select tenant_id, sum(uploaded - deleted), sum(uploaded_bytes - deleted_bytes) from storage_days group by 1
				having sum(uploaded - deleted) <> 0 or sum(uploaded_bytes - deleted_bytes) <> 0`),
		"storage_days with more completed backups than were uploaded": `select count(*) from (
			select tenant_id, (completed_at at time zone 'UTC')::date as day, count(*) as n, sum(size_bytes) as bytes
			from backups where status = 'completed' group by 1, 2
		) b left join storage_days d using (tenant_id, day)
		where d is null or b.n > d.uploaded or b.bytes > d.uploaded_bytes`,
	} {
		var drifted int
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&drifted), what)
		require.Zero(t, drifted, "rows of %s that differ from a recount of backups", what)
	}
}

// differ counts the rows that one query returns and the other one doesn't.
func differ(a, b string) string {
	return `select count(*) from (
		((` + a + `) except (` + b + `))
		union all
		((` + b + `) except (` + a + `))
	) drift`
}

const counted = `
	count(*) filter (where status = 'pending') as pending,
	coalesce(sum(size_bytes) filter (where status = 'pending'), 0) as pending_bytes,
	count(*) filter (where status = 'verifying') as verifying,
	coalesce(sum(size_bytes) filter (where status = 'verifying'), 0) as verifying_bytes,
	count(*) filter (where status = 'completed') as completed,
	coalesce(sum(size_bytes) filter (where status = 'completed'), 0) as completed_bytes,
	count(*) filter (where status = 'failed') as failed,
	coalesce(sum(size_bytes) filter (where status = 'failed'), 0) as failed_bytes`

const counters = `pending, pending_bytes, verifying, verifying_bytes, completed, completed_bytes, failed, failed_bytes`
