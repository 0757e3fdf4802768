package archive

import (
	"archive/tar"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// attributeMemory is how many bytes the attributes of a file may take at most: the reader of Go accepts headers of
// up to 1 MiB.
const attributeMemory = 512 << 10

// attributes adds the extended attributes of a file to its header. It skips an attribute that can't be read: the
// file is worth more than its attributes.
func (p *packer) attributes(fd int, h *tar.Header) {
	keys, err := listAttributes(fd)
	if err != nil && !errors.Is(err, unix.EOPNOTSUPP) {
		p.warn(h.Name, fmt.Sprintf("its attributes are left out: %v", err))
	}
	taken := 0
	for _, key := range keys {
		value, err := attribute(fd, key)
		if err == nil && (strings.Contains(key, "=") || taken+len(key)+len(value) > attributeMemory) {
			err = errors.New("it does not fit into an archive")
		}
		if err != nil {
			p.warn(h.Name, fmt.Sprintf("the attribute %q is left out: %v", key, err))
			continue
		}
		taken += len(key) + len(value)
		if h.PAXRecords == nil {
			h.PAXRecords = map[string]string{}
		}
		h.PAXRecords[xattrPrefix+key] = value
	}
}

// listAttributes returns the names of all attributes in order.
func listAttributes(fd int) ([]string, error) {
	list, err := sized(func(to []byte) (int, error) { return unix.Flistxattr(fd, to) })
	if err != nil || len(list) == 0 {
		return nil, err
	}
	keys := strings.Split(strings.TrimSuffix(string(list), "\x00"), "\x00")
	slices.Sort(keys)
	return keys, nil
}

func attribute(fd int, key string) (string, error) {
	value, err := sized(func(to []byte) (int, error) { return unix.Fgetxattr(fd, key, to) })
	return string(value), err
}

// sized calls a function that returns the size of its result if the buffer is nil.
func sized(call func([]byte) (int, error)) ([]byte, error) {
	for range 10 {
		size, err := call(nil)
		if err != nil || size == 0 {
			return nil, err
		}
		buffer := make([]byte, size)
		n, err := call(buffer)
		if err == nil {
			return buffer[:n], nil
		}
		if !errors.Is(err, unix.ERANGE) { // the result has grown
			return nil, err
		}
	}
	return nil, unix.ERANGE
}

// setAttributes sets the attributes in the header of a file: user.* always, and others only with
// UnpackOptions.Owners. It skips an attribute that can't be set: the file is worth more than its attributes.
func (u *unpacker) setAttributes(fd int, h *tar.Header) {
	for _, record := range slices.Sorted(maps.Keys(h.PAXRecords)) {
		key, ok := strings.CutPrefix(record, xattrPrefix)
		if !ok {
			continue
		}
		if !strings.HasPrefix(key, "user.") && !u.o.Owners {
			u.warn(h.Name, fmt.Sprintf("the attribute %q is left out: it comes with the owner", key))
			continue
		}
		if err := unix.Fsetxattr(fd, key, []byte(h.PAXRecords[record]), 0); err != nil {
			u.warn(h.Name, fmt.Sprintf("the attribute %q is left out: %v", key, err))
		}
	}
}
