package lox

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

const checksumPrefix = "sha256:"

// Checksum is the SHA-256 of a backup's stored bytes. It is written as
// "sha256:" and 64 lowercase hex digits, and kept in the database as 32 bytes.
type Checksum [sha256.Size]byte

var errChecksum = errors.New(`want "sha256:" and 64 hex digits`)

// ParseChecksum reads the written form, with hex digits of either case.
func ParseChecksum(s string) (Checksum, error) {
	var c Checksum
	digits, ok := strings.CutPrefix(s, checksumPrefix)
	if !ok || len(digits) != hex.EncodedLen(len(c)) {
		return c, errChecksum
	}
	if _, err := hex.Decode(c[:], []byte(digits)); err != nil {
		return Checksum{}, errChecksum
	}
	return c, nil
}

// ChecksumFromBase64 reads the form of the S3 header x-amz-checksum-sha256.
func ChecksumFromBase64(s string) (Checksum, error) {
	var c Checksum
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) != len(c) {
		return c, fmt.Errorf("checksum %q: want base64 of %d bytes", s, len(c))
	}
	copy(c[:], b)
	return c, nil
}

// String returns the written form.
func (c Checksum) String() string { return checksumPrefix + hex.EncodeToString(c[:]) }

// Base64 returns the form of the S3 header x-amz-checksum-sha256.
func (c Checksum) Base64() string { return base64.StdEncoding.EncodeToString(c[:]) }

// MarshalText returns the written form.
func (c Checksum) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Value gives the database 32 bytes.
func (c Checksum) Value() (driver.Value, error) { return c[:], nil }

// Scan reads 32 bytes from the database.
func (c *Checksum) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok || len(b) != len(c) {
		return fmt.Errorf("scan checksum: want %d bytes, have %T", len(c), src)
	}
	copy(c[:], b)
	return nil
}
