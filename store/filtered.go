package store

import (
	"strings"
	"unicode/utf8"

	"github.com/backlox/lox"
)

// Lists by name and by metadata have no counters: what matches is counted in an index.
// Backups that are completed or failed are in indexes of their own, the others are looked
// through: see migrations/00018_backup_filters.sql.
//
// Parameters: $1 tenant, $2 from, $3 the exclusive upper end, $4 limit, $5 offset, $6 and
// $7 the range of names, $8 the status or an empty text for any, $9 and $10 where the page before
// ended; $11 the metadata.
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

	// It counts what it has read once already: to find what matches takes a look at each.
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

// filterArgs are the parameters of pageByNameSQL.
func filterArgs(tenant lox.TenantID, q lox.BackupQuery) []any {
	from, to, before := bounds(q)
	low, high := nameRange(q.Name, q.NamePrefix)
	return []any{tenant, from, to, q.Limit + 1, q.Offset, low, high, q.Status, before.CreatedAt, before.ID}
}

// maxNameRunes is how many characters a name has at most.
const maxNameRunes = 255

// highestName comes after all names, in the order of their bytes.
var highestName = strings.Repeat(string(utf8.MaxRune), maxNameRunes+1)

// nameRange is where the names begin and end that are wanted, in the order of their bytes,
// which is that of their characters: low <= name < high. An empty name or prefix is any.
func nameRange(name, prefix string) (low, high string) {
	switch {
	case name == "":
		return prefix, afterPrefix(prefix)
	case strings.HasPrefix(name, prefix):
		return name, name + "\x01" // PostgreSQL has no text in between, which would have a NUL
	default:
		return name, name // no name has both
	}
}

// afterPrefix is the first text after all that begin with a prefix: its last character that
// has a next one becomes that.
func afterPrefix(prefix string) string {
	for prefix != "" {
		last, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch {
		case last == utf8.MaxRune:
		case utf8.ValidRune(last + 1):
			return prefix + string(last+1)
		default: // the next ones are surrogates, which no text has
			return prefix + string(surrogateMax+1)
		}
	}
	return highestName
}

// surrogateMax is the last of the code points that only UTF-16 has.
const surrogateMax rune = 0xDFFF
