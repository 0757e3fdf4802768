package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// segment is a part of a file that has data. The bytes between two segments are a hole.
type segment struct{ offset, length int64 }

// mostSegments is how many segments the map of a sparse file has at most. Readers of archives limit the map: the
// reader of Go to 1 MiB of text. A map of 16,384 segments takes at most 640 KiB.
const mostSegments = 16 << 10

// segments finds the segments of a file. If there are more than most, the shortest holes between them count as
// data, which is zeros.
func segments(ctx context.Context, fd int, st *unix.Stat_t, most int) ([]segment, error) {
	whole := []segment{{0, st.Size}}
	if st.Size == 0 {
		return nil, nil
	}
	if st.Blocks*blockSize >= st.Size {
		return whole, nil
	}
	var parts []segment
	shortest := int64(1)
	for end := int64(0); end < st.Size; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		from, err := unix.Seek(fd, end, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) { // there is a hole up to the end
			break
		}
		if err == nil {
			end, err = unix.Seek(fd, from, unix.SEEK_HOLE)
		}
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EOPNOTSUPP) {
			return whole, nil // the file system doesn't support holes
		}
		if err != nil {
			return nil, err
		}
		end = min(end, st.Size) // the file may have grown
		if from >= end {
			break
		}
		parts = join(parts, segment{from, end - from}, shortest)
		for len(parts) > most {
			shortest *= 2
			var fewer []segment
			for _, s := range parts {
				fewer = join(fewer, s, shortest)
			}
			parts = fewer
		}
	}
	return parts, nil
}

// join adds a segment. If the hole before it is shorter than shortest, it extends the last segment instead.
func join(parts []segment, s segment, shortest int64) []segment {
	if n := len(parts) - 1; n >= 0 && s.offset-parts[n].offset-parts[n].length < shortest {
		parts[n].length = s.offset + s.length - parts[n].offset
		return parts
	}
	return append(parts, s)
}

func total(parts []segment) (sum int64) {
	for _, s := range parts {
		sum += s.length
	}
	return sum
}

func isSparse(parts []segment, size int64) bool { return total(parts) < size }

// sparseHead returns the bytes before the data of a sparse file: an extended header, the header of the file, and
// the map. entry is the size of the file's entry, with its map but without padding. archive/tar reads sparse files
// but can't write them (golang.org/issue/22735).
//
// The format is PAX version 1.0 of https://www.gnu.org/software/tar/manual/html_section/Sparse-Formats.html.
func sparseHead(h *tar.Header, parts []segment, size int64) (head []byte, entry int64) {
	index := sparseMap(parts, size)
	entry = int64(len(index)) + total(parts)
	records := maps.Clone(h.PAXRecords)
	if records == nil {
		records = map[string]string{}
	}
	records["GNU.sparse.major"], records["GNU.sparse.minor"] = "1", "0"
	records["GNU.sparse.name"], records["GNU.sparse.realsize"] = h.Name, strconv.FormatInt(size, 10)
	records["size"] = strconv.FormatInt(entry, 10)
	records["uid"], records["gid"] = strconv.Itoa(h.Uid), strconv.Itoa(h.Gid)
	if h.Uname != "" {
		records["uname"] = h.Uname
	}
	if h.Gname != "" {
		records["gname"] = h.Gname
	}
	records["mtime"] = paxTime(h.ModTime.Unix(), int64(h.ModTime.Nanosecond()))
	text := make([]byte, 0, blockSize)
	for _, key := range slices.Sorted(maps.Keys(records)) {
		text = append(text, paxRecord(key, records[key])...)
	}

	// Programs that don't support these records make a file of this name, with the map before the data.
	placeholder := *h
	placeholder.Name = "./GNUSparseFile.0/" + path.Base(h.Name)
	var out bytes.Buffer
	out.Write(ustar(&placeholder, tar.TypeXHeader, int64(len(text))))
	out.Write(text)
	out.Write(make([]byte, padding(int64(len(text)))))
	out.Write(ustar(&placeholder, tar.TypeReg, entry))
	out.Write(index)
	return out.Bytes(), entry
}

// sparseMap returns the number of segments, and the offset and the length of each, in lines. The text is padded to
// whole blocks.
func sparseMap(parts []segment, size int64) []byte {
	if n := len(parts) - 1; n < 0 || parts[n].offset+parts[n].length < size {
		parts = append(slices.Clone(parts), segment{size, 0}) // GNU tar takes the size from the last segment
	}
	text := fmt.Appendf(nil, "%d\n", len(parts))
	for _, s := range parts {
		text = fmt.Appendf(text, "%d\n%d\n", s.offset, s.length)
	}
	return append(text, make([]byte, padding(int64(len(text))))...)
}

// paxRecord returns a record "length key=value\n". The length includes its own digits.
func paxRecord(key, value string) string {
	rest := len(key) + len(value) + len(" =\n")
	n := rest + len(strconv.Itoa(rest))
	if m := rest + len(strconv.Itoa(n)); m != n {
		n = m
	}
	return strconv.Itoa(n) + " " + key + "=" + value + "\n"
}

// paxTime returns a time in seconds, as a decimal fraction.
func paxTime(seconds, nanoseconds int64) string {
	sign := ""
	if seconds < 0 && nanoseconds > 0 {
		// -0.3 s is given as -1 s plus 0.7 s.
		if seconds++; seconds == 0 {
			sign = "-"
		}
		nanoseconds = 1e9 - nanoseconds
	}
	return fmt.Sprintf("%s%d.%09d", sign, seconds, nanoseconds)
}

// ustar returns the block that begins an entry. A field is zero if its number doesn't fit: the records before the
// block have the number.
func ustar(h *tar.Header, kind byte, size int64) []byte {
	block := make([]byte, blockSize)
	put := func(at, length int, value int64) {
		if value < 0 || value >= 1<<(3*(length-1)) {
			value = 0
		}
		copy(block[at:], fmt.Sprintf("%0*o", length-1, value)) // the last byte stays NUL
	}
	copy(block[0:100], h.Name)
	put(100, 8, h.Mode)
	put(108, 8, int64(h.Uid))
	put(116, 8, int64(h.Gid))
	put(124, 12, size)
	put(136, 12, h.ModTime.Unix())
	block[156] = kind
	copy(block[257:], "ustar\x0000")
	// The checksum is the sum of all bytes of the block. The checksum's own bytes count as spaces.
	copy(block[148:156], "        ")
	sum := int64(0)
	for _, b := range block {
		sum += int64(b)
	}
	put(148, 7, sum)
	return block
}
