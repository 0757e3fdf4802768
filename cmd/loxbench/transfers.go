package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox/blob/disk"
)

const (
	sectionTransfers = "transfers"
	transferSize     = 100 << 20
	transferConns    = 4
	transferRounds   = 7
	transferBar      = 0.8
	// transferRoom is more than is stored at any one time, by all together.
	transferRoom = 4 << 30
)

// transfers has four large backups stored at once, and read: by a LOX that keeps
// everything itself, by MinIO, by a bare server, and as files.
func (r *report) transfers(ctx context.Context, h *testbed, s scale) error {
	if err := hasRoom(h.dir, transferRoom); err != nil {
		return err
	}
	t := &transfer{testbed: h, dir: filepath.Join(h.data("bare"), "files")}
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return err
	}
	key, err := h.embeddedKey()
	if err != nil {
		return err
	}
	if t.minio, err = h.startMinIO(ctx); err != nil {
		return err
	}
	if t.bare, err = h.ceiling(ctx); err != nil {
		return err
	}
	if err := t.make(); err != nil {
		return err
	}
	defer os.RemoveAll(t.dir)
	for range transferConns {
		u := &uploader{api: p, key: key}
		defer u.close()
		t.clients = append(t.clients, u)
	}
	if err := r.upload(ctx, s, t); err != nil {
		return err
	}
	return r.download(ctx, s, t)
}

// hasRoom fails unless a disk has that much.
func hasRoom(dir string, bytes uint64) error {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return err
	}
	if free := st.Bavail * uint64(st.Bsize); free < bytes {
		return fmt.Errorf("%s has %s MiB free, and needs %s (TMPDIR moves it)", dir, count(int(free>>20)), count(int(bytes>>20)))
	}
	return nil
}

// transfer is what large backups are moved by and between.
type transfer struct {
	testbed *testbed
	dir     string // of files, which the bare server serves
	minio   *minioServer
	bare    *process
	clients []*uploader
}

func (t *transfer) source() string      { return filepath.Join(t.dir, "source") }
func (t *transfer) file(i int) string   { return filepath.Join(t.dir, strconv.Itoa(i)) }
func (t *transfer) object(i int) string { return objectName("large", i) }
func (t *transfer) bareURL(i int) string {
	return "http://" + t.bare.addr + bareFiles + strconv.Itoa(i)
}

// make writes the file that is uploaded.
func (t *transfer) make() error {
	if err := os.MkdirAll(t.dir, 0o700); err != nil {
		return err
	}
	f, err := os.Create(t.source())
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, rand.Reader, transferSize)
	return errors.Join(err, f.Close())
}

// each has every client do something at the same time, and returns how many
// bytes that moved.
func (t *transfer) each(do func(u *uploader, i int) error) (int, error) {
	n, err := share(len(t.clients), len(t.clients), func(w, i int) error { return do(t.clients[w], i) })
	return n * transferSize, err
}

// create has backups wait for their bytes.
func (t *transfer) create(ctx context.Context) ([]upload, error) {
	waiting := make([]upload, len(t.clients))
	_, err := t.each(func(u *uploader, i int) (err error) {
		waiting[i], err = u.create(ctx, transferSize)
		return err
	})
	return waiting, err
}

// upload races PUTs.
func (r *report) upload(ctx context.Context, s scale, t *transfer) error {
	waiting, err := t.create(ctx)
	if err != nil {
		return err
	}
	found := race{Name: "PUT 100 MiB", Connections: len(t.clients), Unit: "MB/s"}
	memory, err := os.ReadFile(t.source())
	if err != nil {
		return err
	}
	return r.race(ctx, s, t.clients[0].api, found, transferRounds, 1e6, []entrant{
		{name: "LOX", pid: t.clients[0].api.pid,
			run: func(ctx context.Context, _ int) (int, error) {
				return t.each(func(u *uploader, i int) error { return u.putFile(ctx, waiting[i], t.source()) })
			},
			clear: func() error {
				if err := t.removeObjects(waiting); err != nil {
					return err
				}
				waiting, err = t.create(ctx)
				return err
			}},
		{name: "write, fsync", pid: os.Getpid(), bar: transferBar,
			run: func(context.Context, int) (int, error) {
				return t.each(func(_ *uploader, i int) error { return writeLarge(t.file(i), memory) })
			},
			clear: t.removeFiles},
		{name: "net/http: PUT, fsync", pid: t.bare.pid,
			run: func(ctx context.Context, _ int) (int, error) {
				return t.each(func(u *uploader, i int) error { return u.putFile(ctx, upload{URL: t.bareURL(i)}, t.source()) })
			},
			clear: t.removeFiles},
		{name: "MinIO", pid: t.minio.pid, bar: aheadBar, run: t.fillMinIO, clear: func() error { return t.emptyMinIO(ctx) }},
	})
}

// fillMinIO stores the objects.
func (t *transfer) fillMinIO(ctx context.Context, _ int) (int, error) {
	return t.each(func(u *uploader, i int) error {
		to, err := t.minio.presign(ctx, http.MethodPut, t.object(i))
		if err == nil {
			err = u.putFile(ctx, to, t.source())
		}
		return err
	})
}

func (t *transfer) emptyMinIO(ctx context.Context) error {
	_, err := t.each(func(_ *uploader, i int) error {
		return t.minio.api.RemoveObject(ctx, minioBucket, t.object(i), minio.RemoveObjectOptions{})
	})
	return err
}

func (t *transfer) removeFiles() error {
	_, err := t.each(func(_ *uploader, i int) error { return os.Remove(t.file(i)) })
	return err
}

// removeObjects removes what was uploaded to LOX, which itself would do so when
// the URL has expired.
func (t *transfer) removeObjects(of []upload) error {
	var errs []error
	for _, u := range of {
		file, err := t.testbed.objectFile(u)
		if err == nil {
			err = os.Remove(file)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// objectFile is where the embedded LOX keeps what was uploaded.
func (h *testbed) objectFile(of upload) (string, error) {
	at, err := url.Parse(of.URL)
	if err != nil {
		return "", err
	}
	return filepath.Join(h.embedded()["LOX_DATA_DIR"], "storage", "objects", strings.TrimPrefix(at.Path, disk.UploadPath)), nil
}

// download races GETs.
func (r *report) download(ctx context.Context, s scale, t *transfer) error {
	stored, err := t.create(ctx)
	if err != nil {
		return err
	}
	memory, err := os.ReadFile(t.source())
	if err != nil {
		return err
	}
	urls, theirs := make([]string, len(stored)), make([]string, len(stored))
	if _, err := t.fillMinIO(ctx, 0); err != nil {
		return err
	}
	if _, err := t.each(func(u *uploader, i int) error {
		err := u.putFile(ctx, stored[i], t.source())
		if err == nil {
			err = u.complete(ctx, stored[i].ID)
		}
		if err == nil {
			urls[i], err = u.download(ctx, stored[i].ID)
		}
		if err == nil {
			err = writeLarge(t.file(i), memory)
		}
		signed, unsigned := t.minio.presign(ctx, http.MethodGet, t.object(i))
		theirs[i] = signed.URL
		return errors.Join(err, unsigned)
	}); err != nil {
		return err
	}
	getting := func(from func(i int) string) func(context.Context, int) (int, error) {
		return func(ctx context.Context, _ int) (int, error) {
			return t.each(func(u *uploader, i int) error {
				n, err := u.get(ctx, from(i))
				if err == nil && n != transferSize {
					err = fmt.Errorf("%d bytes", n)
				}
				return err
			})
		}
	}
	found := race{Name: "GET 100 MiB", Connections: len(t.clients), Unit: "MB/s"}
	err = r.race(ctx, s, t.clients[0].api, found, transferRounds, 1e6, []entrant{
		{name: "LOX", pid: t.clients[0].api.pid, run: getting(func(i int) string { return urls[i] })},
		{name: "net/http: sendfile", pid: t.bare.pid, bar: transferBar, run: getting(t.bareURL)},
		{name: "MinIO", pid: t.minio.pid, bar: aheadBar, run: getting(func(i int) string { return theirs[i] })},
	})
	return errors.Join(err, t.removeObjects(stored), t.removeFiles(), t.emptyMinIO(ctx))
}

// writeLarge writes a file durably, in parts as large as they are uploaded in.
func writeLarge(name string, bytes []byte) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(bytes, 256<<10) {
		if _, err = f.Write(part); err != nil {
			break
		}
	}
	return errors.Join(err, f.Sync(), f.Close())
}

const bareFiles = "/files/"

// handleFiles has the ceiling keep files in a directory: what net/http can do.
func handleFiles(mux *http.ServeMux, dir string) {
	name := func(r *http.Request) string { return filepath.Join(dir, filepath.Base(r.PathValue("name"))) }
	mux.HandleFunc("PUT "+bareFiles+"{name}", func(w http.ResponseWriter, r *http.Request) {
		f, err := os.Create(name(r))
		if err == nil {
			_, err = io.Copy(f, r.Body)
			err = errors.Join(err, f.Sync(), f.Close())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET "+bareFiles+"{name}", func(w http.ResponseWriter, r *http.Request) {
		f, err := os.Open(name(r))
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		defer f.Close()
		http.ServeContent(w, r, "", time.Time{}, f)
	})
}
