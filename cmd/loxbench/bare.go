package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/gen/api"
)

// bareCommand has this program be the ceiling.
const bareCommand = "bare"

// bareServer is the ceiling that LOX is held against: net/http, the statements
// that the product runs, prepared on the same driver over as many connections,
// and the same JSON. It knows no keys, no limits, no document and no log; whose
// backups are asked for stands in the path. What the product spends above this
// is what it costs to be more.
type bareServer struct {
	db    *sql.DB
	blobs *disk.Store // signs URLs

	get, create, storage, stats, principal *sql.Stmt

	pages map[pageShape]*sql.Stmt
}

// runBare serves until ctx ends.
func runBare(ctx context.Context, out io.Writer) error {
	b := &bareServer{pages: map[pageShape]*sql.Stmt{}}
	if err := b.open(ctx); err != nil {
		return err
	}
	defer b.db.Close()
	metrics := http.NewServeMux()
	metrics.HandleFunc("/debug/pprof/", pprof.Index)
	serve := func(addr string, h http.Handler) error {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", os.Getenv(addr))
		if err != nil {
			return err
		}
		s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
		context.AfterFunc(ctx, func() { _ = s.Close() })
		go func() { _ = s.Serve(l) }() // until Close; a failure shows in the requests
		return nil
	}
	if err := errors.Join(serve("LOX_METRICS_ADDR", metrics), serve("LOX_ADDR", b.handler())); err != nil {
		return err
	}
	fmt.Fprintln(out, "ready")
	<-ctx.Done()
	return nil
}

// bareOptions are the settings of the product's sessions, for the same plans.
const bareOptions = "-c TimeZone=UTC -c plan_cache_mode=force_generic_plan" +
	" -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c jit=off"

func (b *bareServer) open(ctx context.Context) (err error) {
	if b.db, err = sql.Open("postgres", os.Getenv("LOX_DATABASE_URL")+" options='"+bareOptions+"'"); err != nil {
		return err
	}
	const conns = 32 // as the product
	b.db.SetMaxOpenConns(conns)
	b.db.SetMaxIdleConns(conns)
	prepare := func(query string) (s *sql.Stmt) {
		if err == nil {
			s, err = b.db.PrepareContext(ctx, query)
		}
		return s
	}
	b.get, b.create, b.principal = prepare(bareGet), prepare(bareCreate), prepare(barePrincipal)
	b.storage, b.stats = prepare(bareStorage), prepare(bareStats)
	for _, shape := range []pageShape{{}, {status: true}, {days: true}, {status: true, days: true}} {
		b.pages[shape] = prepare(shape.sql())
	}
	if err != nil {
		return err
	}
	b.blobs, err = disk.Open(disk.Config{Dir: filepath.Join(os.Getenv("LOX_DATA_DIR"), "storage"), Key: []byte(storageKey), Backups: noBackups{}})
	return err
}

// noBackups is asked by nobody: the ceiling signs URLs and doesn't serve them.
type noBackups struct{}

func (noBackups) Backup(context.Context, lox.TenantID, lox.BackupID) (lox.Backup, error) {
	return lox.Backup{}, lox.ErrBackupNotFound
}

// What a key is refused for is the same to LOX. The ceiling knows by it whether
// to look for the key.
const refusedPath, strangersPath = "/v1/tenant", "/v1/tenant/api-keys"

func (b *bareServer) handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, h func(lox.TenantID, *http.Request) (int, any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			var tenant lox.TenantID
			if err := tenant.UnmarshalText([]byte(r.PathValue("tenant"))); err != nil {
				http.Error(w, err.Error(), http.StatusNotFound)
				return
			}
			status, body, err := h(tenant, r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			encoder := json.NewEncoder(w)
			encoder.SetEscapeHTML(false)
			_ = encoder.Encode(body)
		})
	}
	handle("GET /{tenant}/v1/backups/{id}", b.getBackup)
	handle("GET /{tenant}/v1/backups/{id}/download", b.download)
	handle("GET /{tenant}/v1/backups", b.list)
	handle("POST /{tenant}/v1/backups", b.createBackup)
	handle("GET /{tenant}/v1/storage", b.getStorage)
	handle("GET /{tenant}/v1/storage/stats", b.getStats)
	handleFiles(mux, filepath.Join(os.Getenv("LOX_DATA_DIR"), "files"))
	mux.HandleFunc("GET /{tenant}"+refusedPath, refuse)
	mux.HandleFunc("GET /{tenant}"+strangersPath, b.refuseStranger)
	return mux
}

const bareColumns = `id, name, status, size_bytes, content_type, metadata, checksum, object_version, failure,
	created_at, upload_expires_at, completed_at`

const bareGet = `select ` + bareColumns + ` from backups where tenant_id = $1 and id = $2`

// scanBackup reads a row; more are the destinations of what stands before it.
func scanBackup(scan func(...any) error, more ...any) (row lox.Backup, err error) {
	err = scan(append(more, &row.ID, &row.Name, &row.Status, &row.Size, &row.ContentType, &row.Metadata, &row.Checksum,
		&row.ObjectVersion, &row.Failure, &row.CreatedAt, &row.UploadExpiresAt, &row.CompletedAt)...)
	return row, err
}

func shown(b lox.Backup) api.Backup {
	out := api.Backup{
		ID: b.ID.String(), Name: b.Name, Status: api.BackupStatus(b.Status), SizeBytes: b.Size,
		CreatedAt: b.CreatedAt.UTC(), ContentType: b.ContentType, Metadata: api.Metadata(b.Metadata), Error: b.Failure,
	}
	if b.Checksum != nil {
		out.Checksum = b.Checksum.String()
	}
	if b.CompletedAt != nil {
		out.CompletedAt = b.CompletedAt.UTC()
	}
	if b.Status == lox.StatusPending {
		out.UploadExpiresAt = b.UploadExpiresAt.UTC()
	}
	return out
}

func (b *bareServer) find(tenant lox.TenantID, r *http.Request) (row lox.Backup, err error) {
	var id lox.BackupID
	if err := id.UnmarshalText([]byte(r.PathValue("id"))); err != nil {
		return row, err
	}
	return scanBackup(b.get.QueryRowContext(r.Context(), tenant, id).Scan)
}

func (b *bareServer) getBackup(tenant lox.TenantID, r *http.Request) (int, any, error) {
	row, err := b.find(tenant, r)
	return http.StatusOK, shown(row), err
}

func (b *bareServer) download(tenant lox.TenantID, r *http.Request) (int, any, error) {
	row, err := b.find(tenant, r)
	if err != nil {
		return 0, nil, err
	}
	row.Tenant = tenant
	url, err := b.blobs.PresignGet(r.Context(), lox.Download{
		Key: row.ObjectKey(), Version: row.ObjectVersion, Filename: row.Name, ContentType: row.ContentType, Expires: time.Hour,
	})
	return http.StatusOK, api.BackupDownload{
		DownloadURL: "http://" + r.Host + url, ExpiresAt: lox.Seconds(time.Now().Add(time.Hour)), SizeBytes: row.Size, Checksum: row.Checksum.String(),
	}, err
}

const bareCreate = `with usage as (
	update tenant_usage
	set pending = pending + 1, pending_bytes = pending_bytes + $5
	where tenant_id = $1 and $5 <= quota_bytes - completed_bytes - verifying_bytes - pending_bytes and not exists (
		select from webhooks where tenant_id = $1 and enabled and 'backup.created' = any (events))
	returning tenant_id
), day as (
	insert into backup_days as d (tenant_id, day, pending, pending_bytes)
	select tenant_id, ($9::timestamptz at time zone 'UTC')::date, 1, $5 from usage
	on conflict (tenant_id, day) do update
	set pending = d.pending + 1, pending_bytes = d.pending_bytes + excluded.pending_bytes
)
insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata,
	declared_checksum, created_at, upload_expires_at, deadline)
select tenant_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from usage`

func (b *bareServer) createBackup(tenant lox.TenantID, r *http.Request) (int, any, error) {
	var in api.CreateBackupRequest
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return 0, nil, err
	}
	const life = 30 * time.Minute
	row := lox.NewBackup{Name: in.Name, Size: in.SizeBytes, ContentType: in.ContentType, Metadata: lox.Metadata(in.Metadata)}.
		Pending(tenant, time.Now(), life)
	if _, err := b.create.ExecContext(r.Context(), row.Tenant, row.ID, row.Name, row.Status, row.Size, row.ContentType,
		row.Metadata, row.Declared, row.CreatedAt, row.UploadExpiresAt, row.Deadline()); err != nil {
		return 0, nil, err
	}
	to, err := b.blobs.PresignPut(r.Context(), lox.Upload{Key: row.ObjectKey(), Size: row.Size, ContentType: row.ContentType, Expires: life})
	return http.StatusCreated, api.BackupUpload{
		ID: row.ID.String(), Name: row.Name, Status: api.BackupStatus(row.Status),
		UploadURL: "http://" + r.Host + to.URL, UploadExpiresAt: row.UploadExpiresAt, UploadHeaders: to.Headers,
	}, err
}

const barePrincipal = `select k.id, k.tenant_id, k.scopes, k.expires_at, t.plan, t.suspended_at is not null as suspended
from api_keys k join tenants t on t.id = k.tenant_id
where k.hash = $1 and k.revoked_at is null`

// refuse answers without a look at anything.
func refuse(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write(refusal)
}

var refusal = func() []byte {
	e := lox.ErrInvalidAPIKey
	body, err := json.Marshal(api.ErrorResponse{Error: api.ErrorBody{Code: api.ErrorCode(e.Code), Message: e.Public, Details: e.Details}})
	if err != nil {
		panic(err)
	}
	return append(body, '\n')
}()

// refuseStranger looks for a key, and refuses it.
func (b *bareServer) refuseStranger(w http.ResponseWriter, r *http.Request) {
	hash, err := lox.HashAPIKey(r.Header.Get("Authorization")[len("Bearer "):])
	if err == nil {
		var rows *sql.Rows
		if rows, err = b.principal.QueryContext(r.Context(), hash[:]); err == nil {
			if rows.Next() {
				err = errors.New("the key is somebody's")
			}
			err = errors.Join(err, rows.Err(), rows.Close())
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	refuse(w, r)
}

const bareStorage = `select quota_bytes, completed_bytes, pending_bytes + verifying_bytes, completed,
	(select created_at from backups where tenant_id = $1 and status = 'completed'
		order by created_at, id limit 1),
	(select created_at from backups where tenant_id = $1 and status = 'completed'
		order by created_at desc, id desc limit 1)
from tenant_usage where tenant_id = $1`

func (b *bareServer) getStorage(tenant lox.TenantID, r *http.Request) (int, any, error) {
	var s lox.Storage
	err := b.storage.QueryRowContext(r.Context(), tenant).Scan(&s.Quota, &s.Used, &s.Reserved, &s.Backups, &s.Oldest, &s.Newest)
	used := strconv.FormatFloat(s.UsedPercentage(), 'f', -1, 64)
	if !strings.Contains(used, ".") {
		used += ".0"
	}
	return http.StatusOK, api.Storage{
		UsedBytes: s.Used, QuotaBytes: s.Quota, UsedPercentage: json.Number(used),
		BackupCount: s.Backups, OldestBackup: s.Oldest, NewestBackup: s.Newest, ReservedBytes: s.Reserved,
	}, err
}
