package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"time"

	"github.com/backlox/lox"
)

// The table of an upload in parts is a file of records of recordSize bytes. The first record identifies the
// upload. The record of part n starts at byte n*recordSize. If a record is all zeros, missing or torn, the part
// wasn't uploaded. So a part that is uploaded again changes one record, and the file has at most 640 KB however
// often that happens.
//
// Numbers are big-endian. The last four bytes of a record are the CRC-32C (RFC 3720) of the bytes before them.
const (
	recordSize = 64 // a divisor of the sector size: a power failure can't tear the records beside it
	tableMagic = "lox parts 1\n"
	idSize     = 32
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errNoUpload says that an upload in parts has ended, or never began.
var errNoUpload = errors.New("there is no such upload in parts")

// partRecord is the record of a part in the table.
type partRecord struct {
	size, partSize int64
	sum            lox.Checksum // zeros if none was declared
	modified       time.Time
}

func (r partRecord) encode(number int) []byte {
	b := make([]byte, 0, recordSize)
	b = binary.BigEndian.AppendUint32(b, uint32(number))
	b = binary.BigEndian.AppendUint64(b, uint64(r.size))
	b = binary.BigEndian.AppendUint64(b, uint64(r.partSize))
	b = append(b, r.sum[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.modified.UnixNano()))
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// decodeRecord returns the record of a part. ok is false if the part wasn't uploaded.
func decodeRecord(number int, b []byte) (r partRecord, ok bool) {
	if !intact(b) || int(binary.BigEndian.Uint32(b)) != number {
		return r, false
	}
	r.size = int64(binary.BigEndian.Uint64(b[4:]))
	r.partSize = int64(binary.BigEndian.Uint64(b[12:]))
	copy(r.sum[:], b[20:])
	r.modified = time.Unix(0, int64(binary.BigEndian.Uint64(b[52:])))
	return r, true
}

// intact reports whether a record has its full size and the right CRC.
func intact(b []byte) bool {
	return len(b) == recordSize && binary.BigEndian.Uint32(b[recordSize-4:]) == crc32.Checksum(b[:recordSize-4], castagnoli)
}

// encodeHead returns the first record of the table of an upload.
func encodeHead(id string, begun time.Time) []byte {
	b := append([]byte(tableMagic), id...)
	b = binary.BigEndian.AppendUint64(b, uint64(begun.UnixNano()))
	b = append(b, make([]byte, recordSize-4-len(b))...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// readHead returns the id of a table's upload, and when the upload began. errNoUpload: the file is no table, or a
// broken one.
func readHead(table io.ReaderAt) (id string, begun time.Time, err error) {
	b := make([]byte, recordSize)
	if _, err := table.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", time.Time{}, err
	}
	if !intact(b) || !bytes.HasPrefix(b, []byte(tableMagic)) {
		return "", time.Time{}, errNoUpload
	}
	at := len(tableMagic)
	nanos := int64(binary.BigEndian.Uint64(b[at+idSize:]))
	return string(b[at : at+idSize]), time.Unix(0, nanos), nil
}

// readRecord returns the bytes of a part's record in the file: zeros if the record is missing.
func readRecord(table io.ReaderAt, number int) ([]byte, error) {
	b := make([]byte, recordSize)
	_, err := table.ReadAt(b, int64(number)*recordSize)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b, err
}

// tableChunk is how many records are read at once.
const tableChunk = 256

// readRecords calls visit for each uploaded part with a number above after, in the order of the numbers, until
// visit returns false.
func readRecords(table io.ReaderAt, after int, visit func(number int, r partRecord) (more bool)) error {
	b := make([]byte, tableChunk*recordSize)
	for first := after + 1; first <= lox.MaxParts; first += tableChunk {
		n, err := table.ReadAt(b, int64(first)*recordSize)
		atEnd := errors.Is(err, io.EOF)
		if err != nil && !atEnd {
			return err
		}
		for i := 0; (i+1)*recordSize <= n && first+i <= lox.MaxParts; i++ {
			if r, ok := decodeRecord(first+i, b[i*recordSize:(i+1)*recordSize]); ok && !visit(first+i, r) {
				return nil
			}
		}
		if atEnd {
			return nil
		}
	}
	return nil
}
