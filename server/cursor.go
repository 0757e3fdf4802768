package server

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/backlox/lox"
)

// A cursor is base64url of the position at which a page ended, and of the filters of its list. In the list
// of backups the position is created_at, as 8 bytes of Unix seconds, and the 16 bytes of the id. In the
// record of changes it is the id alone. In the list of parts it is the number of a part, as 4 bytes.
const (
	positionLen   = 8 + 16
	eventIDLen    = 16
	partNumberLen = 4
)

// filtersLen is how many bytes of a cursor identify the filters of a list.
const filtersLen = 6

// filters are the first bytes of the SHA-256 of a list's filters.
type filters [filtersLen]byte

func filtersOf(q lox.BackupQuery) filters {
	var others strings.Builder
	others.WriteString(string(q.Status))
	if q.Name != "" || q.NamePrefix != "" || len(q.Metadata) > 0 { // without them, cursors are as in earlier versions
		others.WriteString("\x00" + q.Name + "\x00" + q.NamePrefix)
	}
	for _, key := range slices.Sorted(maps.Keys(q.Metadata)) {
		others.WriteString("\x00" + key + "\x00" + q.Metadata[key]) // no value contains a NUL
	}
	return hashFilters(q.From, q.To, others.String())
}

func eventFilters(q lox.EventQuery) filters {
	// No value contains a NUL.
	return hashFilters(q.From, q.To, string(q.Type)+"\x00"+q.Subject.String()+"\x00"+q.Actor)
}

func hashFilters(from, to time.Time, others string) filters {
	b := binary.BigEndian.AppendUint64(nil, uint64(from.Unix()))
	b = binary.BigEndian.AppendUint64(b, uint64(to.Unix()))
	sum := sha256.Sum256(append(b, others...))
	return filters(sum[:filtersLen])
}

var errCursor = errors.New("not a cursor")

func encodeCursor(p lox.Position, of filters) string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, positionLen), uint64(p.CreatedAt.Unix()))
	return joinCursor(append(b, p.ID[:]...), of)
}

func decodeCursor(s string) (lox.Position, filters, error) {
	b, of, err := splitCursor(s, positionLen)
	if err != nil {
		return lox.Position{}, filters{}, err
	}
	seconds := int64(binary.BigEndian.Uint64(b))
	if seconds < 0 || seconds > maxCursorTime {
		return lox.Position{}, filters{}, errCursor
	}
	return lox.Position{CreatedAt: time.Unix(seconds, 0).UTC(), ID: lox.BackupID(b[8:])}, of, nil
}

func encodeEventCursor(id lox.EventID, of filters) string { return joinCursor(id[:], of) }

func decodeEventCursor(s string) (lox.EventID, filters, error) {
	b, of, err := splitCursor(s, eventIDLen)
	if err != nil {
		return lox.EventID{}, filters{}, err
	}
	return lox.EventID(b), of, nil
}

// encodePartCursor uses the id of the backup in place of filters.
func encodePartCursor(number int, of lox.BackupID) string {
	return joinCursor(binary.BigEndian.AppendUint32(nil, uint32(number)), hashFilters(time.Time{}, time.Time{}, of.String()))
}

// decodePartCursor returns the number of the part at which a page of the backup's parts ended, or 0 without
// a cursor.
func decodePartCursor(s string, of lox.BackupID) (int, error) {
	if s == "" {
		return 0, nil
	}
	b, filters, err := splitCursor(s, partNumberLen)
	if err != nil {
		return 0, err
	}
	number := binary.BigEndian.Uint32(b)
	if number > lox.MaxParts || filters != hashFilters(time.Time{}, time.Time{}, of.String()) {
		return 0, errCursor
	}
	return int(number), nil
}

func joinCursor(place []byte, of filters) string {
	return base64.RawURLEncoding.EncodeToString(slices.Concat(place, of[:]))
}

// splitCursor splits a cursor into its position, of placeLen bytes, and its filters.
func splitCursor(s string, placeLen int) (place []byte, of filters, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	// The decoder skips line breaks, so the length of s is checked, too.
	if err != nil || len(b) != placeLen+filtersLen || len(s) != base64.RawURLEncoding.EncodedLen(len(b)) {
		return nil, filters{}, errCursor
	}
	return b[:placeLen], filters(b[placeLen:]), nil
}

// maxCursorTime is the last second of the year 9999.
const maxCursorTime = 253402300799
