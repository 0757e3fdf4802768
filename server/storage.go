package server

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// StorageStore returns storage figures of tenants. It reads them from counters, so the
// cost does not depend on the number of backups.
type StorageStore interface {
	// Storage returns the storage figures of a tenant.
	Storage(ctx context.Context, tenant lox.TenantID) (lox.Storage, error)

	// StorageStats returns detailed figures, with the bytes added and deleted on each day
	// from since on. since is a UTC midnight.
	StorageStats(ctx context.Context, tenant lox.TenantID, since time.Time) (lox.StorageStats, error)
}

// storageHandlers answers the operations on storage.
type storageHandlers struct {
	store StorageStore
	clock func() time.Time
}

// GetStorage answers GET /v1/storage.
func (h *storageHandlers) GetStorage(ctx context.Context, _ api.GetStorageRequestObject) (api.GetStorageResponseObject, error) {
	s, err := h.store.Storage(ctx, principal(ctx).Tenant)
	if err != nil {
		return nil, err
	}
	return api.GetStorage200JSONResponse{Body: api.Storage{
		UsedBytes:      s.Used,
		QuotaBytes:     s.Quota,
		UsedPercentage: percentage(s.UsedPercentage()),
		BackupCount:    s.Backups,
		OldestBackup:   utc(s.Oldest),
		NewestBackup:   utc(s.Newest),
		ReservedBytes:  s.Reserved,
	}}, nil
}

// GetStorageStats answers GET /v1/storage/stats.
func (h *storageHandlers) GetStorageStats(ctx context.Context, _ api.GetStorageStatsRequestObject) (api.GetStorageStatsResponseObject, error) {
	now := h.clock()
	s, err := h.store.StorageStats(ctx, principal(ctx).Tenant, lox.StatsSince(now))
	if err != nil {
		return nil, err
	}
	return api.GetStorageStats200JSONResponse{Body: statsOut(s, now)}, nil
}

func statsOut(s lox.StorageStats, now time.Time) api.StorageStats {
	out := api.StorageStats{
		ByStatus: api.StorageByStatus{
			Pending:   api.StorageCount(s.ByStatus[lox.StatusPending]),
			Verifying: api.StorageCount(s.ByStatus[lox.StatusVerifying]),
			Completed: api.StorageCount(s.ByStatus[lox.StatusCompleted]),
			Failed:    api.StorageCount(s.ByStatus[lox.StatusFailed]),
		},
		ByContentType:     make([]api.StorageByContentType, 0, len(s.ByType)),
		OtherContentTypes: api.StorageCount(s.Others),
		AverageBytes:      s.Average(),
		LargestBytes:      s.Largest,
		ProjectedFullAt:   utc(s.ProjectedFullAt(now)),
	}
	for _, t := range s.ByType {
		out.ByContentType = append(out.ByContentType, api.StorageByContentType{ContentType: t.ContentType, Count: t.Count, Bytes: t.Bytes})
	}
	for _, d := range s.Days(now) {
		out.Daily = append(out.Daily, api.StorageDay{
			Date: openapi_types.Date{Time: d.Date}, Uploaded: d.Uploaded, Deleted: d.Deleted, Bytes: d.Stored.Bytes, Count: d.Stored.Count,
		})
	}
	return out
}

// percentage formats a number with at least one decimal, as the published document does: 20.0.
func percentage(p float64) json.Number {
	s := strconv.FormatFloat(p, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return json.Number(s)
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
