package s3embed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/s3response"
	"golang.org/x/sys/unix"

	"github.com/backlox/lox"
)

// Extended attributes of an object, as versitygw's posix backend has them.
const (
	attrETag        = "user.etag"
	attrContentType = "user.content-type"
	attrChecksums   = "user.checksums"
)

// Open returns an object's bytes and what HEAD says of it, without a request.
// fs.ErrNotExist: there is no such object, although there is the bucket.
func (s *Server) Open(bucket, key string) (_ io.ReadCloser, o lox.Object, err error) {
	dir, err := s.backend.object(&bucket, &key)
	if err != nil {
		return nil, o, err
	}
	path := filepath.Join(dir, key)
	// os.Open would try to have the runtime wait for the file, four system calls
	// more.
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if errors.Is(err, syscall.ENOTDIR) {
		err = fs.ErrNotExist // a part of the key is an object
	}
	if err != nil {
		return nil, o, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(fd), path)
	if o, err = describe(fd); err != nil {
		_ = f.Close()
		return nil, o, fmt.Errorf("read attributes of %s: %w", path, err)
	}
	return f, o, nil
}

func describe(fd int) (o lox.Object, err error) {
	var info unix.Stat_t
	if err := unix.Fstat(fd, &info); err != nil {
		return o, err
	}
	if info.Mode&unix.S_IFMT != unix.S_IFREG {
		return o, fs.ErrNotExist // the directory of other objects
	}
	o.Size = info.Size
	etag, err := attribute(fd, attrETag)
	if err != nil {
		return o, err
	}
	o.ETag = strings.Trim(string(etag), `"`)
	contentType, err := attribute(fd, attrContentType)
	if err != nil {
		return o, err
	}
	o.ContentType = string(contentType)
	text, err := attribute(fd, attrChecksums)
	if err != nil || len(text) == 0 {
		return o, err
	}
	var known s3response.Checksum
	if err := json.Unmarshal(text, &known); err != nil {
		return o, err
	}
	// That of an upload in parts is of the parts' checksums.
	if sum, err := lox.ChecksumFromBase64(deref(known.SHA256)); err == nil && known.Type == types.ChecksumTypeFullObject {
		o.Checksum = &sum
	}
	return o, nil
}

// attribute is nil if there is none.
func attribute(fd int, name string) ([]byte, error) {
	value := make([]byte, 256) // more than LOX's own uploads have
	for {
		n, err := unix.Fgetxattr(fd, name, value)
		switch {
		case errors.Is(err, unix.ENODATA):
			return nil, nil
		case errors.Is(err, unix.ERANGE) && len(value) < 64<<10: // the most that Linux keeps
			value = make([]byte, 64<<10)
			continue
		}
		return value[:max(0, n)], err
	}
}
