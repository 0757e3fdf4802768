package server

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/backlox/lox"
)

// A cursor is base64url of created_at, as 8 bytes of Unix seconds, and of the
// 16 bytes of the id.
const cursorLen = 8 + 16

var errCursor = errors.New("not a cursor")

func encodeCursor(p lox.Position) string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, cursorLen), uint64(p.CreatedAt.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(b, p.ID[:]...))
}

func decodeCursor(s string) (lox.Position, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	// The decoder skips line breaks, hence the length of s.
	if err != nil || len(b) != cursorLen || len(s) != base64.RawURLEncoding.EncodedLen(cursorLen) {
		return lox.Position{}, errCursor
	}
	seconds := int64(binary.BigEndian.Uint64(b))
	if seconds < 0 || seconds > maxCursorTime {
		return lox.Position{}, errCursor
	}
	return lox.Position{CreatedAt: time.Unix(seconds, 0).UTC(), ID: lox.BackupID(b[8:])}, nil
}

// maxCursorTime is the last second of the year 9999.
const maxCursorTime = 253402300799
