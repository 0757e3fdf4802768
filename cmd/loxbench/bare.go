package main

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/gen/api"
)

// bareCommand has this program be the bare server.
const bareCommand = "bare"

// bareServer is what LOX is held against: net/http, the store's statements, prepared on the same
// driver over as many connections, and the same JSON. It knows no keys, no limits, no document and
// no log; the key of a request is the tenant's id. What LOX spends above this is what it costs to be more.
type bareServer struct {
	blobs      *disk.Store // signs URLs
	statements map[string]*sql.Stmt
}

// bare starts this program again, as the bare server; without a database it only has files.
func (b *bench) bare(database environment) *child {
	return b.start(bareCommand, must(os.Executable()), []string{bareCommand}, database)
}

// statement reads one of the store's statements from the files that a test of the store keeps
// equal to what the store sends.
func statement(name string) string {
	text, err := os.ReadFile(filepath.Join("store", "testdata", "statements", name+".sql"))
	if err != nil {
		check(fmt.Errorf("the bench must run in the root of the module, which has the store's statements: %w", err))
	}
	return strings.TrimSuffix(string(text), ";\n")
}

// sessionSettings are those of the product's sessions, for the same plans.
const sessionSettings = "-c TimeZone=UTC -c plan_cache_mode=force_generic_plan" +
	" -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c jit=off"

// runBare serves until ctx ends.
func runBare(ctx context.Context) {
	dir := os.Getenv("LOX_DATA_DIR")
	db := must(sql.Open("postgres", os.Getenv("LOX_DATABASE_URL")+" options='"+sessionSettings+"'"))
	defer db.Close()
	const conns = 32 // as the product
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	b := &bareServer{statements: map[string]*sql.Stmt{}}
	for _, name := range []string{"getBackup", "createAll", "pages_0", "pages_1", "pages_3", "pages_4"} {
		if os.Getenv("LOX_DATABASE_URL") != "" {
			b.statements[name] = must(db.PrepareContext(ctx, statement(name)))
		}
	}
	b.blobs = must(disk.Open(disk.Config{Dir: filepath.Join(dir, "storage"), Key: []byte(strings.Repeat("k", 32)), Backups: struct{ disk.Backups }{}}))
	s := &http.Server{Addr: os.Getenv("LOX_ADDR"), Handler: b.handler(), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		check(err)
	}
}

// bareFiles are those of its directory.
const bareFiles = "/files/"

func (b *bareServer) handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, h func(lox.TenantID, *http.Request) (int, any)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := caught(func() {
				var tenant lox.TenantID
				check(tenant.UnmarshalText([]byte(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))))
				status, body := h(tenant, r)
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				encoder := json.NewEncoder(w)
				encoder.SetEscapeHTML(false)
				_ = encoder.Encode(body)
			}); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	handle("GET "+basePath+"/v1/backups/{id}", func(tenant lox.TenantID, r *http.Request) (int, any) {
		return http.StatusOK, shown(b.find(tenant, r))
	})
	handle("GET "+basePath+"/v1/backups/{id}/download", b.download)
	handle("GET "+basePath+"/v1/backups", b.list)
	handle("POST "+basePath+"/v1/backups", b.create)
	mux.HandleFunc("GET "+basePath+refusedPath, refuse)
	mux.Handle("GET "+bareFiles, http.StripPrefix(bareFiles, http.FileServer(http.Dir(os.Getenv("LOX_DATA_DIR")))))
	return mux
}

// scanBackup reads a row; more are the destinations of the columns before it.
func scanBackup(scan func(...any) error, more ...any) (b lox.Backup) {
	check(scan(append(more, &b.Tenant, &b.ID, &b.Name, &b.Status, &b.Size, &b.ContentType, &b.Metadata, &b.Declared, &b.Checksum,
		&b.ObjectVersion, &b.Failure, &b.CreatedAt, &b.UploadExpiresAt, &b.CompletedAt, &b.PartSize, &b.Stream, &b.UploadID, &b.VerifiedBytes)...))
	return b
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

func (b *bareServer) find(tenant lox.TenantID, r *http.Request) lox.Backup {
	var id lox.BackupID
	check(id.UnmarshalText([]byte(r.PathValue("id"))))
	return scanBackup(b.statements["getBackup"].QueryRowContext(r.Context(), tenant, id).Scan)
}

// download records nothing, unlike LOX.
func (b *bareServer) download(tenant lox.TenantID, r *http.Request) (int, any) {
	row := b.find(tenant, r)
	url := must(b.blobs.PresignGet(r.Context(), lox.Download{
		Key: row.ObjectKey(), Version: row.ObjectVersion, Filename: row.Name, ContentType: row.ContentType, Expires: time.Hour,
	}))
	return http.StatusOK, api.BackupDownload{
		DownloadURL: "http://" + r.Host + url, ExpiresAt: lox.Seconds(time.Now().Add(time.Hour)), SizeBytes: row.Size, Checksum: row.Checksum.String(),
	}
}

// list takes the parameters of the workloads. The arguments are those of the store's pageQuery.
func (b *bareServer) list(tenant lox.TenantID, r *http.Request) (int, any) {
	query := r.URL.Query()
	args, shape, before := []any{tenant, time.Unix(0, 0).UTC(), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), pageSize + 1, 0}, 0, lox.BackupID{}
	if after := query.Get("created_after"); after != "" {
		from, to := must(time.Parse(time.DateOnly, after)), must(time.Parse(time.DateOnly, query.Get("created_before"))).AddDate(0, 0, 1)
		args[1], args[2], shape = from, to, 1
		args = append(args, from, to)
	}
	if cursor := must(base64.RawURLEncoding.DecodeString(query.Get("cursor"))); len(cursor) > 0 {
		args[2], before = time.Unix(int64(binary.BigEndian.Uint64(cursor)), 0).UTC(), lox.BackupID(cursor[8:24])
	}
	if status := query.Get("status"); status != "" {
		args, shape = append(args, status), shape+3
	}
	rows := must(b.statements["pages_"+strconv.Itoa(shape)].QueryContext(r.Context(), append(args, before)...))
	defer rows.Close()
	page := api.BackupList{Backups: make([]api.Backup, 0, pageSize), Limit: pageSize}
	var last lox.Backup
	for rows.Next() {
		row := scanBackup(rows.Scan, &page.Total)
		if len(page.Backups) == pageSize {
			cursor := append(binary.BigEndian.AppendUint64(nil, uint64(last.CreatedAt.Unix())), last.ID[:]...)
			page.NextCursor = base64.RawURLEncoding.EncodeToString(append(cursor, "filter"...)) // as long as LOX's
			break
		}
		page.Backups, last = append(page.Backups, shown(row)), row
	}
	check(rows.Err())
	return http.StatusOK, page
}

func (b *bareServer) create(tenant lox.TenantID, r *http.Request) (int, any) {
	var in api.CreateBackupRequest
	check(json.NewDecoder(r.Body).Decode(&in))
	const life = 30 * time.Minute
	made := lox.NewBackup{Name: in.Name, Size: in.SizeBytes, ContentType: in.ContentType, Metadata: lox.Metadata(in.Metadata)}.
		Pending(tenant, time.Now(), life)
	row := fmt.Sprintf(`[{"tenant_id": %q, "id": %q, "name": %q, "size_bytes": %d, "part_size_bytes": 0, "stream": false, "content_type": %q,
		"metadata": %s, "created_at": %d, "upload_expires": %d, "deadline": %d, "actor_type": "operator", "actor_id": "bench", "request_id": "", "payload": %q}]`,
		uuidOf(tenant), must(made.ID.Value()), made.Name, made.Size, made.ContentType, must(made.Metadata.Value()), made.CreatedAt.Unix(), life.Microseconds(),
		made.Deadline().Sub(made.CreatedAt).Microseconds(), made.Created(lox.Operator("bench")).Payload)
	must(b.statements["createAll"].ExecContext(r.Context(), row, "0"))
	to := must(b.blobs.PresignPut(r.Context(), lox.Upload{Key: made.ObjectKey(), Size: made.Size, ContentType: made.ContentType, Expires: life}))
	return http.StatusCreated, api.BackupUpload{
		ID: made.ID.String(), Name: made.Name, Status: api.BackupStatus(made.Status),
		UploadURL: "http://" + r.Host + to.URL, UploadExpiresAt: made.UploadExpiresAt, UploadHeaders: to.Headers,
	}
}

// refusal is encoded once.
var refusal = append(must(json.Marshal(api.ErrorResponse{Error: api.ErrorBody{
	Code: api.ErrorCode(lox.ErrInvalidAPIKey.Code), Message: lox.ErrInvalidAPIKey.Public, Details: lox.ErrInvalidAPIKey.Details,
}})), '\n')

// refuse looks at nothing.
func refuse(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write(refusal)
}
