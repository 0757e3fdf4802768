// Package codec encodes the bytes of a backup and describes their encoding: a directory becomes a tar archive,
// which is compressed and then encrypted, all while it is read.
package codec

import (
	"fmt"
	"io"

	"filippo.io/age"

	"github.com/backlox/lox/transfer"
	"github.com/backlox/lox/transfer/archive"
	"github.com/backlox/lox/transfer/encryption"
)

// Keys of a backup's metadata that describe its encoding, and their possible values.
const (
	MetadataArchive     = "lox-archive"
	MetadataCompression = "lox-compression"
	MetadataEncryption  = "lox-encryption"

	Tar  = "tar"
	Zstd = "zstd"
	Age  = "age"
)

// Encoding describes how bytes were encoded before they were stored, in the order of the fields. The zero value is
// no encoding.
type Encoding struct {
	// Archive is Tar for a directory, "" for a file.
	Archive string
	// Compression is Zstd or "".
	Compression string
	// Encryption is Age or "".
	Encryption string
}

// FromMetadata returns the encoding that a backup's metadata describe. A value of a later version is
// transfer.ErrInvalid.
func FromMetadata(metadata map[string]string) (Encoding, error) {
	var e Encoding
	for _, field := range []struct {
		key, known string
		to         *string
	}{{MetadataArchive, Tar, &e.Archive}, {MetadataCompression, Zstd, &e.Compression}, {MetadataEncryption, Age, &e.Encryption}} {
		*field.to = metadata[field.key]
		if *field.to != "" && *field.to != field.known {
			return Encoding{}, fmt.Errorf("%w: the metadata has %s: %q, but this version of lox supports %q", transfer.ErrInvalid, field.key, *field.to, field.known)
		}
	}
	return e, nil
}

// Metadata returns the metadata that a backup with this encoding must have, nil if there is no encoding.
func (e Encoding) Metadata() map[string]string {
	var metadata map[string]string
	for key, value := range map[string]string{MetadataArchive: e.Archive, MetadataCompression: e.Compression, MetadataEncryption: e.Encryption} {
		if value == "" {
			continue
		}
		if metadata == nil {
			metadata = map[string]string{}
		}
		metadata[key] = value
	}
	return metadata
}

// ContentType returns the media type of the stored bytes, "" if there is no encoding.
//
// application/zstd is registered (RFC 8878, section 7.1), and so is the suffix +zstd. No type is registered for
// tar, for which application/x-tar is usual, nor for age, whose files are opaque bytes without the key.
func (e Encoding) ContentType() string {
	switch {
	case e.Encryption != "":
		return "application/octet-stream"
	case e.Archive != "" && e.Compression != "":
		return "application/x-tar+zstd"
	case e.Archive != "":
		return "application/x-tar"
	case e.Compression != "":
		return "application/zstd"
	default:
		return ""
	}
}

// Decoder returns a function that decrypts the bytes and, unless they are an archive, decompresses them. Package
// archive decompresses an archive when it unpacks it, and the archive of a directory is a .tar.zst file like any
// other. Decoder returns nil if there is nothing to decode.
func (e Encoding) Decoder(identities []age.Identity) func(io.Reader) (io.ReadCloser, error) {
	decompress := e.Compression != "" && e.Archive == ""
	if e.Encryption == "" && !decompress {
		return nil
	}
	return func(r io.Reader) (io.ReadCloser, error) {
		if e.Encryption != "" {
			plain, err := encryption.Decrypt(r, identities...)
			if err != nil {
				return nil, err
			}
			r = plain
		}
		if !decompress {
			return io.NopCloser(r), nil
		}
		return archive.Decompress(r)
	}
}
