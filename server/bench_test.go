package server_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/server"
)

// oneBackup is a backup store that always returns the same backup, so that only the server is
// measured.
type oneBackup struct {
	server.BackupStore
	backup lox.Backup
}

func (a oneBackup) Backup(context.Context, lox.TenantID, lox.BackupID) (lox.Backup, error) {
	return a.backup, nil
}

func (a oneBackup) Backups(_ context.Context, _ lox.TenantID, q lox.BackupQuery) (page lox.BackupPage, err error) {
	for range q.Limit {
		page.Backups = append(page.Backups, a.backup)
	}
	return page, nil
}

func (oneBackup) CreateBackup(context.Context, lox.Backup, lox.Actor) error { return nil }

// discarded is a response writer that drops the body.
type discarded struct {
	header http.Header
	status int
}

func (n *discarded) Header() http.Header         { return n.header }
func (n *discarded) Write(b []byte) (int, error) { return len(b), nil }
func (n *discarded) WriteHeader(status int)      { n.status = status }

// BenchmarkServe measures the server's own work for a request, without connections and stores.
func BenchmarkServe(b *testing.B) {
	h := open(b, setup{})
	made := h.create(b, fileRequest([]byte("a backup")))
	var id lox.BackupID
	require.NoError(b, id.UnmarshalText([]byte(made.ID)))
	backup, err := h.store.Backup(b.Context(), h.tenant.ID, id)
	require.NoError(b, err)
	checksum := lox.Checksum{}
	backup.Status, backup.Checksum, backup.CompletedAt = lox.StatusCompleted, &checksum, new(time.Now())
	backup.Metadata = lox.Metadata{"source": "production-server", "database": "myapp"}
	log := slog.New(server.NewLogHandler(slog.NewJSONHandler(io.Discard, nil))) //nolint:sloglint // what it writes counts
	handler, err := server.New(server.Config{
		Backups: oneBackup{backup: backup}, Tenants: h.store, Storage: h.store, Webhooks: h.store, Secrets: secretBox, Blobs: h.blobs,
		Limiter: h.limiter, Keys: server.NewKeyCache(h.store, log, h.clock.now), Document: document(), Log: log, Metrics: prometheus.NewRegistry(),
		Limits: func(lox.Plan, lox.RateClass) lox.RateLimit { return lox.RateLimit{PerMinute: 1e12, PerHour: 1e12} },
	})
	require.NoError(b, err)
	create := `{"name": "daily-backup-2024-01-15", "size_bytes": 1048576, "content_type": "application/gzip", ` +
		`"metadata": {"source": "production-server", "database": "myapp"}}`
	for _, w := range []struct {
		name, method, path, body, key string
		status                        int
	}{
		{"get", http.MethodGet, "/" + made.ID, "", h.key, http.StatusOK},
		{"list", http.MethodGet, "", "", h.key, http.StatusOK},
		{"download", http.MethodGet, "/" + made.ID + "/download", "", h.key, http.StatusOK},
		{"create", http.MethodPost, "", create, h.key, http.StatusCreated},
		{"unknown key", http.MethodGet, "", "", lox.NewAPIKey(), http.StatusUnauthorized},
		{"mistyped key", http.MethodGet, "", "", h.key[1:], http.StatusUnauthorized},
	} {
		b.Run(w.name, func(b *testing.B) {
			b.ReportAllocs()
			u, err := url.Parse("http://lox" + server.BasePath + "/v1/backups" + w.path)
			require.NoError(b, err)
			header := http.Header{"Authorization": {"Bearer " + w.key}, "Content-Type": {"application/json"}}
			for b.Loop() {
				r := http.Request{
					Method: w.method, URL: u, Header: header, RemoteAddr: "127.0.0.1:1234", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
					Body: io.NopCloser(strings.NewReader(w.body)), ContentLength: int64(len(w.body)),
				}
				to := discarded{header: http.Header{}}
				handler.ServeHTTP(&to, r.WithContext(b.Context()))
				if to.status != w.status {
					b.Fatalf("answers %d", to.status)
				}
			}
		})
	}
}

// BenchmarkValidKeyDuringFlood measures requests with a valid key during a flood of 2,000 unknown
// keys a second from the same address, and how often an unknown key reaches the database.
func BenchmarkValidKeyDuringFlood(b *testing.B) {
	for name, flooded := range map[string]bool{"alone": false, "in a flood": true} {
		b.Run(name, func(b *testing.B) {
			h := open(b, setup{})
			h.limits = func(p lox.Plan, c lox.RateClass) lox.RateLimit {
				if p == h.tenant.Plan {
					return lox.RateLimit{PerMinute: 1e12, PerHour: 1e12}
				}
				return p.RateLimit(c)
			}
			h.restart()
			h.status(b, h.key)
			stop, stopped := make(chan struct{}), make(chan int)
			go func() {
				unknown := 0
				tick := time.NewTicker(time.Second / 2000)
				defer tick.Stop()
				for flooded {
					select {
					case <-tick.C:
						r, err := http.NewRequest(http.MethodGet, server.BasePath+"/v1/backups", http.NoBody)
						if err != nil {
							panic(err)
						}
						r.RemoteAddr, r.Header["Authorization"] = "127.0.0.1:1234", []string{"Bearer " + lox.NewAPIKey()}
						h.handler.ServeHTTP(&discarded{header: http.Header{}}, r)
						unknown++
						continue
					case <-stop:
					}
					break
				}
				stopped <- unknown
			}()
			asked := h.keys.asked.Load()
			for b.Loop() {
				if status := h.status(b, h.key); status != http.StatusOK {
					b.Fatalf("answers %d", status)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
			close(stop)
			if unknown := <-stopped; unknown > 0 {
				b.ReportMetric(float64(h.keys.asked.Load()-asked)/float64(unknown), "queries/unknown")
				b.ReportMetric(float64(unknown)/b.Elapsed().Seconds(), "unknown/s")
			}
		})
	}
}
