package store

import (
	"strings"
	"unicode/utf8"

	"github.com/backlox/lox"
)

// Lists by name and by metadata can't use counters: matching backups are counted in an index.
// The indexes contain completed and failed backups. The other backups are scanned: see
// migrations/00018_backup_filters.sql.
//
// Parameters: $1 tenant, $2 from, $3 the exclusive upper bound, $4 limit, $5 offset, $6 and
// $7 the range of names, $8 the status or an empty string for any, $9 and $10 the position where
// the page before ended; $11 the metadata.
const (
	pageByNameSQL = `with ended as not materialized (
	select created_at, id from backups
	where tenant_id = $1 and status in ('completed', 'failed') and name collate "C" >= $6 and name collate "C" < $7
		and created_at >= $2 and created_at < $3 and ($8 = '' or status = $8)
), waiting as materialized (
	select created_at, id from backups
	where tenant_id = $1 and status in ('pending', 'verifying') and name collate "C" >= $6 and name collate "C" < $7
		and created_at >= $2 and created_at < $3 and ($8 = '' or status = $8)
), ` + pageOfMatches

	// The matches are materialized, because finding them reads each row, and they are used twice.
	pageByMetadataSQL = `with ended as materialized (
	select created_at, id from backups
	where tenant_id = $1 and status in ('completed', 'failed') and name collate "C" >= $6 and name collate "C" < $7
		and created_at >= $2 and created_at < $3 and ($8 = '' or status = $8)
		and metadata <> '{}' and backup_metadata_pairs(tenant_id, metadata) @> backup_metadata_pairs($1, $11) and metadata @> $11
), waiting as materialized (
	select created_at, id from backups
	where tenant_id = $1 and status in ('pending', 'verifying') and name collate "C" >= $6 and name collate "C" < $7
		and created_at >= $2 and created_at < $3 and ($8 = '' or status = $8) and metadata @> $11
), ` + pageOfMatches

	pageOfMatches = `page as (
	select created_at, id from (select created_at, id from ended union all select created_at, id from waiting) matching
	where (created_at, id) < ($9, $10::uuid)
	order by created_at desc, id desc limit $4 offset $5
)
select (select count(*) from ended) + (select count(*) from waiting) as total, found.*
from page, lateral (select ` + backupColumns + ` from backups where tenant_id = $1 and id = page.id) found
order by page.created_at desc, page.id desc`
)

// filterArgs returns the parameters of pageByNameSQL.
func filterArgs(tenant lox.TenantID, q lox.BackupQuery) []any {
	from, to, before := bounds(q)
	low, high := nameRange(q.Name, q.NamePrefix)
	return []any{tenant, from, to, q.Limit + 1, q.Offset, low, high, q.Status, before.CreatedAt, before.ID}
}

// maxNameRunes is the largest number of characters of a name.
const maxNameRunes = 255

// highestName is greater than every name, in byte order.
var highestName = strings.Repeat(string(utf8.MaxRune), maxNameRunes+1)

// nameRange returns the range of matching names: low <= name < high, in byte order, which is
// the order of their characters. An empty name or prefix means any.
func nameRange(name, prefix string) (low, high string) {
	switch {
	case name == "":
		return prefix, afterPrefix(prefix)
	case strings.HasPrefix(name, prefix):
		return name, name + "\x01" // a text in between would contain NUL, which PostgreSQL can't store
	default:
		return name, name // an empty range: no name matches both
	}
}

// afterPrefix returns the least text that is greater than every text with the prefix. It
// increments the last character of the prefix that has a successor, and drops the rest.
func afterPrefix(prefix string) string {
	for prefix != "" {
		last, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch {
		case last == utf8.MaxRune:
		case utf8.ValidRune(last + 1):
			return prefix + string(last+1)
		default: // the next code points are surrogates, which no text contains
			return prefix + string(surrogateMax+1)
		}
	}
	return highestName
}

// surrogateMax is the last surrogate code point.
const surrogateMax rune = 0xDFFF
