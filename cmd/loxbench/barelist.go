package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// pageShape is one form of the list: each is a statement of its own, as in the
// product. Ranges that cut a day have no ceiling.
type pageShape struct{ status, days bool }

// Parameters: $1 tenant, $2 from, $3 and $4 the exclusive upper end in the
// list's order, $5 limit, $6 offset, $7 and $8 the days if there is a range, and
// at last the status.
func (p pageShape) sql() string {
	total, filter, last := "pending + verifying + completed + failed", "", "$7"
	if p.days {
		last = "$9"
	}
	if p.status {
		total = "case " + last + " when 'pending' then pending when 'verifying' then verifying" +
			" when 'completed' then completed when 'failed' then failed end"
		filter = " and status = " + last
	}
	from := "(select " + total + " from tenant_usage where tenant_id = $1)"
	if p.days {
		from = "(select coalesce(sum(" + total + "), 0) from backup_days where tenant_id = $1 and day >= $7::date and day < $8::date)"
	}
	return fmt.Sprintf(`select (%s)::bigint as total, %s
from backups
where tenant_id = $1%s and created_at >= $2 and (created_at, id) < ($3, $4::uuid)
order by created_at desc, id desc
limit $5 offset $6`, from, bareColumns, filter)
}

func (b *bareServer) list(tenant lox.TenantID, r *http.Request) (int, any, error) {
	query := r.URL.Query()
	shape, args, err := pageArgs(tenant, query)
	if err != nil {
		return 0, nil, err
	}
	rows, err := b.pages[shape].QueryContext(r.Context(), args...)
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	list := api.BackupList{Backups: make([]api.Backup, 0, pageSize), Limit: pageSize}
	list.Offset, _ = strconv.Atoi(query.Get("offset"))
	var last lox.Backup
	for rows.Next() {
		row, err := scanBackup(rows.Scan, &list.Total)
		if err != nil {
			return 0, nil, err
		}
		if len(list.Backups) == pageSize {
			cursor := binary.BigEndian.AppendUint64(nil, uint64(last.CreatedAt.Unix()))
			cursor = append(append(cursor, last.ID[:]...), filtersOf(query)...)
			list.NextCursor = base64.RawURLEncoding.EncodeToString(cursor)
			break
		}
		list.Backups, last = append(list.Backups, shown(row)), row
	}
	return http.StatusOK, list, rows.Err()
}

// filtersOf are the bytes by which a cursor knows the filters of its list.
func filtersOf(query url.Values) []byte {
	var from, to time.Time
	if after := query.Get("created_after"); after != "" { // pageArgs has found both well-formed
		from, _ = time.Parse(time.DateOnly, after)
		to, _ = time.Parse(time.DateOnly, query.Get("created_before"))
		to = to.AddDate(0, 0, 1)
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(from.Unix()))
	b = binary.BigEndian.AppendUint64(b, uint64(to.Unix()))
	sum := sha256.Sum256(append(b, query.Get("status")...))
	return sum[:6]
}

func pageArgs(tenant lox.TenantID, query url.Values) (shape pageShape, args []any, err error) {
	from, to, before := time.Unix(0, 0).UTC(), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), lox.BackupID{}
	args = []any{tenant, nil, nil, nil, pageSize + 1, 0}
	if offset := query.Get("offset"); offset != "" {
		args[5], err = strconv.Atoi(offset)
	}
	if after := query.Get("created_after"); after != "" {
		shape.days = true
		var invalid error
		from, err = time.Parse(time.DateOnly, after)
		to, invalid = time.Parse(time.DateOnly, query.Get("created_before"))
		to, err = to.AddDate(0, 0, 1), errors.Join(err, invalid)
		args = append(args, from, to)
	}
	if cursor := query.Get("cursor"); cursor != "" {
		var b []byte
		if b, err = base64.RawURLEncoding.DecodeString(cursor); err == nil {
			to, before = time.Unix(int64(binary.BigEndian.Uint64(b)), 0).UTC(), lox.BackupID(b[8:24])
		}
	}
	if status := query.Get("status"); status != "" {
		shape.status, args = true, append(args, status)
	}
	args[1], args[2], args[3] = from, to, before
	return shape, args, err
}

const bareStats = `select quota_bytes, pending, pending_bytes, verifying, verifying_bytes,
	completed, completed_bytes, failed, failed_bytes,
	coalesce((select size_bytes from backups where tenant_id = $1 and status = 'completed'
		order by size_bytes desc limit 1), 0),
	(select coalesce(json_agg(most), '[]') from (
		select content_type as "ContentType", count as "Count", bytes as "Bytes"
		from content_types where tenant_id = $1 and count > 0
		order by bytes desc, content_type limit $3
	) most),
	(select coalesce(json_agg(flow), '[]') from (
		select day::timestamp at time zone 'UTC' as "Day", uploaded as "Uploaded", uploaded_bytes as "UploadedBytes",
			deleted as "Deleted", deleted_bytes as "DeletedBytes"
		from storage_days where tenant_id = $1 and day >= $2::date
		order by day
	) flow)
from tenant_usage where tenant_id = $1`

func (b *bareServer) getStats(tenant lox.TenantID, r *http.Request) (int, any, error) {
	var (
		s                                    lox.StorageStats
		pending, verifying, completed, fails lox.Volume
		types, flows                         []byte
		now                                  = time.Now()
	)
	err := b.stats.QueryRowContext(r.Context(), tenant, lox.StatsSince(now), lox.MaxContentTypes).Scan(
		&s.Usage.Quota, &pending.Count, &pending.Bytes, &verifying.Count, &verifying.Bytes,
		&completed.Count, &completed.Bytes, &fails.Count, &fails.Bytes, &s.Largest, &types, &flows)
	if err != nil {
		return 0, nil, err
	}
	if err := errors.Join(json.Unmarshal(types, &s.ByType), json.Unmarshal(flows, &s.Flows)); err != nil { //nolint:musttag // the names of the fields
		return 0, nil, err
	}
	s.Usage.Used, s.Usage.Reserved = completed.Bytes, pending.Bytes+verifying.Bytes
	s.ByStatus = map[lox.Status]lox.Volume{lox.StatusCompleted: completed} // what is computed with
	out := api.StorageStats{
		ByStatus: api.StorageByStatus{
			Pending: api.StorageCount(pending), Verifying: api.StorageCount(verifying),
			Completed: api.StorageCount(completed), Failed: api.StorageCount(fails),
		},
		OtherContentTypes: api.StorageCount(completed), AverageBytes: s.Average(), LargestBytes: s.Largest,
		ProjectedFullAt: s.ProjectedFullAt(now),
	}
	for _, t := range s.ByType {
		out.ByContentType = append(out.ByContentType, api.StorageByContentType{ContentType: t.ContentType, Count: t.Count, Bytes: t.Bytes})
		out.OtherContentTypes.Count -= t.Count
		out.OtherContentTypes.Bytes -= t.Bytes
	}
	for _, d := range s.Days(now) {
		out.Daily = append(out.Daily, api.StorageDay{
			Date: openapi_types.Date{Time: d.Date}, Uploaded: d.Uploaded, Deleted: d.Deleted, Bytes: d.Stored.Bytes, Count: d.Stored.Count,
		})
	}
	return http.StatusOK, out, nil
}
