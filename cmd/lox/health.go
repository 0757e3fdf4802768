package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store/pgembed"
)

// parts are the names that /readyz shows and that LOX_READY_REQUIRES may list.
var parts = []string{"database", "disk", "s3", "redis"}

// newHealth returns the Health of all that the server depends on.
func (h *app) newHealth(cfg config, log *slog.Logger) *server.Health {
	found := map[string]server.Probe{"database": h.db, h.objects.probe: h.objects}
	if h.db.server != nil {
		found["disk"] = databaseDisk{dir: cfg.postgresDir(), reserve: int64(cfg.DiskReserve), server: h.db.server, files: found["disk"]}
	}
	if cfg.RedisURL != "" {
		found["redis"] = h.limiter
	}
	h.registerDiskSpace(cfg)
	return server.NewHealth(server.HealthConfig{Parts: found, Requires: cfg.ReadyRequires, Log: log, Metrics: h.registry})
}

// databaseDisk checks the disk of the built-in PostgreSQL and, if the files are on disk, their disk.
type databaseDisk struct {
	dir     string
	reserve int64 // bytes
	server  *pgembed.Server
	files   server.Probe // nil for S3
}

// fullFor is how long the disk counts as full after PostgreSQL found it full: with a quota, the disk may
// show free space that the database can't use.
const fullFor = 15 * time.Second

// Ping implements server.Probe.
func (d databaseDisk) Ping(ctx context.Context) error {
	var err error
	if d.files != nil {
		err = d.files.Ping(ctx)
	}
	free, unknown := pgembed.FreeSpace(d.dir)
	switch full := d.server.DiskFull(); {
	case unknown != nil:
		err = errors.Join(err, unknown)
	case free < d.reserve:
		err = errors.Join(err, fmt.Errorf("the disk of the database has %d bytes left, fewer than LOX_DISK_RESERVE (%d)", free, d.reserve))
	case time.Since(full) < fullFor:
		err = errors.Join(err, fmt.Errorf("PostgreSQL found the disk full %s ago", time.Since(full).Round(time.Second)))
	}
	return err
}

// registerDiskSpace adds the metric of free space on the disks where the server stores data.
func (h *app) registerDiskSpace(cfg config) {
	dirs := map[string]string{}
	if h.db.server != nil {
		dirs["database"] = cfg.postgresDir()
	}
	if h.objects.probe == "disk" {
		dirs["files"] = cfg.storageDir()
	}
	for of, dir := range dirs {
		h.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name:        "lox_disk_free_bytes",
			Help:        "Free space on the disk of the built-in database, or of the files. -1 if it can't be read.",
			ConstLabels: prometheus.Labels{"of": of},
		}, func() float64 {
			free, err := pgembed.FreeSpace(dir)
			if err != nil {
				return -1
			}
			return float64(free)
		}))
	}
}
