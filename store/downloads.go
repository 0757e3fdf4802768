package store

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/backlox/lox"
)

// downloadBackupsSQL reads backups of any tenants, given as JSON, and records a download for
// each completed one. A download changes nothing else, so its commit is asynchronous: PostgreSQL
// writes it to disk within a second.
const downloadBackupsSQL = `with asked as materialized (
	select * from json_to_recordset($1) as a (n int, tenant_id uuid, id uuid, at timestamptz, event_id uuid, actor_type text,
		actor_id text, request_id text, client_address inet, payload text)
), found as materialized (
	select asked.n, backups.* from asked, lateral (
		select ` + backupColumns + ` from backups where tenant_id = asked.tenant_id and id = asked.id
	) backups
), recorded as (
	insert into events (tenant_id, id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
	select tenant_id, event_id, 'backup.downloaded', at, actor_type, actor_id, id, request_id, client_address,
		convert_to(payload, 'UTF8')
	from asked, set_config('synchronous_commit', 'off', true)
	where n in (select n from found where status = 'completed')
)
select n, ` + backupColumns + ` from found`

// download is a backup to download, with the event to record.
type download struct {
	backupRef
	event lox.Event
}

type downloadCall = lox.Call[download, *lox.Backup]

// downloadRow is one of the rows that downloadBackupsSQL reads.
type downloadRow struct {
	N      int       `json:"n"`
	Tenant uuid.UUID `json:"tenant_id"`
	ID     uuid.UUID `json:"id"`
	At     time.Time `json:"at"`
	Event  uuid.UUID `json:"event_id"`
	eventColumns
}

func (d download) row(n int) downloadRow {
	return downloadRow{n, uuid.UUID(d.tenant), uuid.UUID(d.id), d.event.At, uuid.UUID(d.event.ID), columnsOf(d.event)}
}

// downloadBatch reads the backups of a batch of calls and records their downloads. Out stays
// nil for a backup that does not exist.
func (s *Store) downloadBatch(ctx context.Context, calls []*downloadCall) error {
	const what = "download backups"
	asked := make([]downloadRow, len(calls))
	for i, c := range calls {
		asked[i] = c.In.row(i)
	}
	text, err := json.Marshal(asked)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	rows, err := s.downloadBackups.QueryContext(ctx, string(text))
	if err != nil {
		return wrap(ctx, what, err)
	}
	var n int
	return wrap(ctx, what, eachBackup(rows, func(b lox.Backup) { calls[n].Out = &b }, &n))
}

const (
	// downloadPeriod is the time in which repeated downloads of a backup by one actor from
	// one address have one event.
	downloadPeriod = time.Minute
	// maxRecentDownloads is how many downloads are remembered for that. They take 10 MB.
	maxRecentDownloads = 50_000
)

// recentDownload identifies downloads of a backup by one actor from one address.
type recentDownload struct {
	backupRef
	actor   string
	address netip.Addr
}

// recentDownloads are the downloads that this process has recorded in the last minute.
type recentDownloads struct {
	mu sync.Mutex
	at map[recentDownload]time.Time
}

func (r *recentDownloads) has(d recentDownload, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.at[d]
	return ok && now.Sub(at).Abs() < downloadPeriod
}

// add remembers a download. If there are too many, it forgets all, which causes a few more
// events.
func (r *recentDownloads) add(d recentDownload, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil || len(r.at) >= maxRecentDownloads {
		r.at = map[recentDownload]time.Time{}
	}
	r.at[d] = now
}
