package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

// pageShape is one form of the list query. Each form is a separate statement with one
// good plan.
type pageShape struct {
	status bool // only backups of one status
	span   span
	deep   bool // the offset is too large for a scan
}

// span says from which counters the total of a page is computed. Rows are counted only
// in days that lie partly in the range.
type span int

const (
	always  span = iota // no range: the tenant's counters
	days                // a range of whole days: the counters of these days
	instant             // any other range: counters of days, and rows of its first and last day
	spans               // the number of spans
)

var pageShapes = [2 * 2 * spans]pageShape{
	{false, always, false}, {false, days, false}, {false, instant, false},
	{true, always, false}, {true, days, false}, {true, instant, false},
	{false, always, true}, {false, days, true}, {false, instant, true},
	{true, always, true}, {true, days, true}, {true, instant, true},
}

func (p pageShape) index() int { return slices.Index(pageShapes[:], p) }

// Parameters: $1 tenant, $2 from, $3 the exclusive upper bound, $4 limit, $5
// offset; depending on span, $6 and $7 the whole days, $8 to $13 the two cuts; then the
// status; and last, unless the offset is deep, the id at the upper bound.
func (p pageShape) sql() string {
	n := [spans]int{always: 5, days: 7, instant: 13}[p.span]
	count, filter := "pending + verifying + completed + failed", ""
	if p.status {
		n++
		status := fmt.Sprintf("$%d", n)
		count = "case " + status + " when 'pending' then pending when 'verifying' then verifying" +
			" when 'completed' then completed when 'failed' then failed end"
		filter = " and status = " + status
	}
	var with []string
	total := fmt.Sprintf(`(select %s from tenant_usage where tenant_id = $1)`, count)
	if p.span != always {
		total = fmt.Sprintf(`(select coalesce(sum(%s), 0) from backup_days
		where tenant_id = $1 and day >= $6::date and day < $7::date)`, count)
	}
	if p.span == instant {
		with = append(with, cutRows("head", 8, filter), cutRows("tail", 11, filter))
		total += " + (select n from head) + (select n from tail)"
	}
	begin, skip := fmt.Sprintf("< ($3, $%d::uuid)", n+1), " offset $5"
	if p.deep {
		with = append(with, p.seek(count, filter)...)
		begin, skip = "<= (select created_at, id from start)", ""
	}
	var expressions string
	if len(with) > 0 {
		expressions = "with " + strings.Join(with, ", ") + "\n"
	}
	return fmt.Sprintf(`%sselect (%s)::bigint as total, %s
from backups
where tenant_id = $1%s and created_at >= $2 and (created_at, id) %s
order by created_at desc, id desc
limit $4%s`, expressions, total, backupColumns, filter, begin, skip)
}

// cutRows returns the common table expression that counts the backups of a cut, with the
// sign of the cut. sign is the number of the first of its three parameters.
func cutRows(name string, sign int, filter string) string {
	return fmt.Sprintf(`%s as (
	select $%d::int * count(*) as n from backups
	where tenant_id = $1%s and created_at >= $%d and created_at < $%d
)`, name, sign, filter, sign+1, sign+2)
}

// The bounds of a range without bounds.
var (
	beginning = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	end       = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

// Backups implements server.BackupStore.
func (s *Store) Backups(ctx context.Context, tenant lox.TenantID, q lox.BackupQuery) (lox.BackupPage, error) {
	page, err := s.page(ctx, tenant, q)
	if err != nil || len(page.Backups) > 0 || q.After == nil && q.Offset == 0 {
		return page, err
	}
	// A page after the last one has no row with the total. Read it from the first page.
	q.After, q.Offset, q.Limit = nil, 0, 1
	first, err := s.page(ctx, tenant, q)
	return lox.BackupPage{Backups: page.Backups, Total: first.Total}, err
}

func (s *Store) page(ctx context.Context, tenant lox.TenantID, q lox.BackupQuery) (lox.BackupPage, error) {
	stmt, args := s.pageStatement(tenant, q)
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return lox.BackupPage{}, wrap(ctx, "list backups", err)
	}
	page := lox.BackupPage{Backups: make([]lox.Backup, 0, q.Limit+1)}
	take := func(b lox.Backup) { page.Backups = append(page.Backups, b) }
	if err := eachBackup(rows, take, &page.Total); err != nil {
		return lox.BackupPage{}, wrap(ctx, "list backups", err)
	}
	if len(page.Backups) > q.Limit {
		page.Backups = page.Backups[:q.Limit]
		last := page.Backups[q.Limit-1]
		page.Next = &lox.Position{CreatedAt: last.CreatedAt, ID: last.ID}
	}
	return page, nil
}

func (s *Store) pageStatement(tenant lox.TenantID, q lox.BackupQuery) (*sqlx.Stmt, []any) {
	switch {
	case len(q.Metadata) > 0:
		return s.pageByMetadata, append(filterArgs(tenant, q), q.Metadata)
	case q.Name != "" || q.NamePrefix != "":
		return s.pageByName, filterArgs(tenant, q)
	default:
		shape, args := pageQuery(tenant, q)
		return s.pages[shape.index()], args
	}
}

// bounds returns the range of a query, and the position after which its page begins.
func bounds(q lox.BackupQuery) (from, to time.Time, before lox.Position) {
	from, to = beginning, end
	if !q.From.IsZero() {
		from = q.From
	}
	if !q.To.IsZero() {
		to = q.To
	}
	before = lox.Position{CreatedAt: to} // with the lowest id, because to is exclusive
	if q.After != nil && q.After.CreatedAt.Before(to) {
		before = *q.After
	}
	return from, to, before
}

func pageQuery(tenant lox.TenantID, q lox.BackupQuery) (pageShape, []any) {
	shape := pageShape{status: q.Status != "", deep: q.Offset >= deepOffset && q.After == nil}
	from, to, before := bounds(q)
	// One row more shows whether there is another page.
	args := []any{tenant, from, before.CreatedAt, q.Limit + 1, q.Offset}
	if !q.From.IsZero() || !q.To.IsZero() {
		first, last, head, tail := cutDays(from, to, shape.deep)
		shape.span = days
		args = append(args, first, last)
		if !head.empty() || !tail.empty() {
			shape.span = instant
			args = append(args, head.sign, head.from, head.to, tail.sign, tail.from, tail.to)
		}
	}
	if shape.status {
		args = append(args, q.Status)
	}
	if !shape.deep {
		args = append(args, before.ID)
	}
	return shape, args
}

const day = 24 * time.Hour

// cut is a part of a day at one end of a range. Its rows are added to the counters of the
// whole days, or subtracted from them.
type cut struct {
	sign     int
	from, to time.Time
}

func (c cut) empty() bool { return !c.from.Before(c.to) }

// cutDays divides a range into whole days, [first, last), and a cut at each end. The
// shorter part of a cut day is counted; the longer part is the whole day minus the shorter
// one. A deep offset also needs the number of backups after to in the same day, so the
// shortcut for a short range within one day can't be used for it.
func cutDays(from, to time.Time, deep bool) (first, last time.Time, head, tail cut) {
	first, last = from.Add(day-1).Truncate(day), to.Truncate(day)
	if !deep && first.After(last) && to.Sub(from) <= day/2 { // within one day, and short
		return first, first, cut{1, from, to}, cut{1, to, to} // no whole day
	}
	head, tail = cut{1, from, first}, cut{1, last, to}
	if first.Sub(from) > day/2 {
		first = first.Add(-day)
		head = cut{-1, first, from}
	}
	if to.Sub(last) >= day/2 { // not >: an empty range at noon would count a whole day
		last = last.Add(day)
		tail = cut{-1, to, last}
	}
	return first, last, head, tail
}
