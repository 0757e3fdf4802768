package server

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/backlox/lox"
)

// A cursor is base64url of created_at, as 8 bytes of Unix seconds, of the 16 bytes
// of the id, and of the filters that the page was made with.
const cursorLen = 8 + 16 + filtersLen

// filtersLen is how many bytes tell the filters of a list from others.
const filtersLen = 6

// filters are the first bytes of the SHA-256 of a list's filters.
type filters [filtersLen]byte

func filtersOf(q lox.BackupQuery) filters {
	b := binary.BigEndian.AppendUint64(nil, uint64(q.From.Unix()))
	b = binary.BigEndian.AppendUint64(b, uint64(q.To.Unix()))
	sum := sha256.Sum256(append(b, q.Status...))
	return filters(sum[:filtersLen])
}

var errCursor = errors.New("not a cursor")

func encodeCursor(p lox.Position, of filters) string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, cursorLen), uint64(p.CreatedAt.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(append(b, p.ID[:]...), of[:]...))
}

func decodeCursor(s string) (lox.Position, filters, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	// The decoder skips line breaks, hence the length of s.
	if err != nil || len(b) != cursorLen || len(s) != base64.RawURLEncoding.EncodedLen(cursorLen) {
		return lox.Position{}, filters{}, errCursor
	}
	seconds := int64(binary.BigEndian.Uint64(b))
	if seconds < 0 || seconds > maxCursorTime {
		return lox.Position{}, filters{}, errCursor
	}
	p := lox.Position{CreatedAt: time.Unix(seconds, 0).UTC(), ID: lox.BackupID(b[8:24])}
	return p, filters(b[24:]), nil
}

// maxCursorTime is the last second of the year 9999.
const maxCursorTime = 253402300799
