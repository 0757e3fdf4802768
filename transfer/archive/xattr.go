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

// attributeMemory is the most that the attributes of a file may take, in bytes: Go's reader
// takes headers of up to 1 MiB.
const attributeMemory = 512 << 10

// attributes adds the extended attributes of a file to its header. What can't be read isn't worth
// losing the file for.
func (p *packer) attributes(fd int, h *tar.Header) {
	keys, err := listAttributes(fd)
	if err != nil && !errors.Is(err, unix.EOPNOTSUPP) {
		p.warn(h.Name, fmt.Sprintf("its attributes are left out: %v", err))
	}
	taken := 0
	for _, key := range keys {
		value, err := attribute(fd, key)
		if err == nil && (strings.Contains(key, "=") || taken+len(key)+len(value) > attributeMemory) {
			err = errors.New("an archive has no room for it")
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

// listAttributes returns the names of all attributes, in their order.
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

// sized calls what tells the size of its result if there is no room for it.
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
		if !errors.Is(err, unix.ERANGE) { // it grew
			return nil, err
		}
	}
	return nil, unix.ERANGE
}

// setAttributes gives a file the attributes of its header, user.* always and others only with
// the owner. What can't be set isn't worth losing the file for.
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
