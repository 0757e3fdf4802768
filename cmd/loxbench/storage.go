package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/backlox/lox/blob/blobtest/miniotest"
	"github.com/backlox/lox/gen/api"
)

const mib = 1 << 20

// upload is where bytes go: what LOX answers to create, or a signed URL of MinIO.
type upload struct {
	ID      string            `json:"id"`
	URL     string            `json:"upload_url"`
	Headers map[string]string `json:"upload_headers"`
}

func (c *conn) create(key string, size int64) upload {
	body := fmt.Sprintf(`{"name": "a backup", "size_bytes": %d, "content_type": "application/gzip"}`, size)
	return ask[upload](c, request{path: basePath + "/v1/backups", key: key, status: http.StatusCreated, body: body})
}

func (c *conn) complete(key, id string) {
	c.do(request{method: http.MethodPost, path: basePath + "/v1/backups/" + id + "/complete", key: key})
}

// put sends a file to a signed URL of the server that c is connected to.
func (c *conn) put(to upload, file string) {
	header := map[string]string{"Content-Type": "application/gzip"}
	for name, value := range to.Headers {
		if !strings.EqualFold(name, "Host") {
			header[http.CanonicalHeaderKey(name)] = value
		}
	}
	c.do(request{method: http.MethodPut, path: uri(to.URL), header: header, file: file})
}

// uri is the path and the query of a URL.
func uri(of string) string { return must(url.Parse(of)).RequestURI() }

// remove deletes backups of a LOX that keeps everything itself, and waits until their bytes are removed.
func (s *child) remove(on *conn, all []upload) {
	for _, u := range all {
		on.do(request{method: http.MethodDelete, path: basePath + "/v1/backups/" + u.ID, key: s.key})
	}
	s.empty()
}

// empty waits until a job of LOX has removed the bytes of all backups.
func (s *child) empty() {
	s.until(func() error {
		return filepath.WalkDir(filepath.Join(s.dir, "storage", "objects"), func(path string, e fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist): // removed meanwhile
				return nil
			case err == nil && e.Name() == "_lox": // the server's own
				return filepath.SkipDir
			case err == nil && !e.IsDir():
				return fmt.Errorf("%s is still there", path)
			}
			return err
		})
	})
}

// objectStore is a MinIO server with a bucket.
type objectStore struct {
	*child

	b   *bench
	api *minio.Client
}

const bucket = "bench"

// minio runs a MinIO server. It is under the AGPL: a process of its own, never linked.
func (b *bench) minio() objectStore {
	m := must(miniotest.Start(b.ctx, b.path("minio")))
	b.closing(func() error { m.Stop(); return os.RemoveAll(b.path("minio")) })
	o := objectStore{&child{addr: m.Addr, pid: m.PID()}, b, must(minio.New(m.Addr, &minio.Options{
		Creds: credentials.NewStaticV4(miniotest.AccessKey, miniotest.SecretKey, ""), Region: "us-east-1", BucketLookup: minio.BucketLookupPath,
	}))}
	check(o.api.MakeBucket(b.ctx, bucket, minio.MakeBucketOptions{}))
	return o
}

// presign signs the URLs of so many objects of a round.
func (o objectStore) presign(method string, round, n int) (all []upload) {
	for i := range n {
		u := must(o.api.Presign(o.b.ctx, method, bucket, fmt.Sprintf("%d/%d", round, i), time.Hour, nil))
		all = append(all, upload{URL: u.String()})
	}
	return all
}

// clear removes all objects.
func (o objectStore) clear() {
	listed := o.api.ListObjects(o.b.ctx, bucket, minio.ListObjectsOptions{Recursive: true})
	for failed := range o.api.RemoveObjects(o.b.ctx, bucket, listed, minio.RemoveObjectsOptions{}) {
		check(failed.Err)
	}
}

// stock is what is stored in each round: as many copies of a file, over some connections.
type stock struct {
	lox                  *child
	minio                objectStore
	conns, copies        int
	size                 int64
	source, dir          string // the file, and a directory for copies
	ours, theirs         []*conn
	waiting, put, signed []upload
}

// connect connects to the servers, and makes the file.
func (b *bench) connect(s *stock) {
	s.source, s.dir = b.path("source"), b.path("files")
	b.closing(func() error { return errors.Join(os.RemoveAll(s.dir), os.Remove(s.source)) })
	check(os.MkdirAll(s.dir, 0o700))
	writeRandom(s.source, s.size)
	s.ours, s.theirs = b.dial(s.lox.addr, s.conns), b.dial(s.minio.addr, s.conns)
}

// all has something done to every copy. Small ones are counted, of large ones the bytes.
func (s *stock) all(do func(worker, i int)) func(int) turn {
	return func(int) (done turn) {
		done.latencies, done.units = together(s.conns, upTo(s.copies), do), float64(s.copies)
		if s.size >= mib {
			done.latencies, done.units = nil, float64(s.size)/1e6*float64(s.copies)
		}
		return done
	}
}

// create has LOX wait for all copies.
func (s *stock) create(int) {
	s.waiting = make([]upload, s.copies)
	together(s.conns, upTo(s.copies), func(worker, i int) { s.waiting[i] = s.ours[worker].create(s.lox.key, s.size) })
}

// loxPuts stores the bytes alone.
func (s *stock) loxPuts() contender {
	c := contender{name: "LOX", of: s.lox, before: flushed(s.create)}
	c.turn = s.all(func(worker, i int) { s.ours[worker].put(s.waiting[i], s.source) })
	if s.size >= mib {
		c.after = func(int) { s.lox.remove(s.ours[0], s.waiting) }
	}
	return c
}

// loxCycles stores backups from create to complete.
func (s *stock) loxCycles() contender {
	return contender{name: "LOX", of: s.lox, before: flushed(nil), turn: s.all(func(worker, _ int) {
		to := s.ours[worker].create(s.lox.key, s.size)
		s.ours[worker].put(to, s.source)
		s.ours[worker].complete(s.lox.key, to.ID)
	})}
}

// writes stores files on the same disk, each as durably as an upload is.
func (s *stock) writes(ratio float64) contender {
	bytes := must(os.ReadFile(s.source))
	return contender{
		name: "create, fsync, rename, fsync", of: &child{pid: os.Getpid()}, bars: least(ratio), before: flushed(nil),
		turn:  s.all(func(_, i int) { writeFile(s.dir, strconv.Itoa(i), bytes) }),
		after: func(int) { check(os.RemoveAll(s.dir), os.MkdirAll(s.dir, 0o700)) },
	}
}

// minioPuts stores objects in MinIO. With head it also sees that each is there, in the place of complete.
func (s *stock) minioPuts(head bool) contender {
	c := contender{name: "MinIO", of: s.minio.child, bars: least(1)}
	c.before = flushed(func(round int) {
		s.put, s.signed = s.minio.presign(http.MethodPut, round, s.copies), s.minio.presign(http.MethodHead, round, s.copies)
	})
	c.turn = s.all(func(worker, i int) {
		s.theirs[worker].put(s.put[i], s.source)
		if head {
			s.theirs[worker].do(request{method: http.MethodHead, path: uri(s.signed[i].URL)})
		}
	})
	if s.size >= mib {
		c.after = func(int) { s.minio.clear() }
	}
	return c
}

// gets reads all copies from the paths.
func (s *stock) gets(name string, of *child, conns []*conn, bars []bar, path func(i int) string) contender {
	return contender{name: name, of: of, bars: bars, turn: s.all(func(worker, i int) {
		conns[worker].do(request{path: path(i), discard: true})
	})}
}

// writeFile stores a file as durably as it can be: written in parts as large as those of an upload,
// moved to its name, and that name on disk.
func writeFile(dir, name string, bytes []byte) {
	f := must(os.Create(filepath.Join(dir, name+".tmp")))
	for len(bytes) > 0 {
		n := must(f.Write(bytes[:min(len(bytes), 256<<10)]))
		bytes = bytes[n:]
	}
	check(f.Sync(), f.Close(), os.Rename(f.Name(), filepath.Join(dir, name)))
	d := must(os.Open(dir))
	check(d.Sync(), d.Close())
}

// writeRandom writes a file in which no tool finds anything to compress.
func writeRandom(name string, size int64) {
	f := must(os.Create(name))
	must(io.CopyN(f, rand.Reader, size))
	check(f.Close())
}

// cycles has a LOX that keeps everything itself store small backups: from create to complete, and
// their bytes alone. Others store as many objects, and as many files on the same disk.
func (b *bench) cycles() {
	lox, store := b.embedded(), b.minio()
	for _, n := range []int{16, 64} {
		b.within(func() {
			s := &stock{lox: lox, minio: store, conns: n, copies: 800, size: 1 << 10}
			b.connect(s)
			b.compete(contest{"1 KiB: create, PUT, complete", n, "/s", 9, []contender{s.loxCycles(), s.writes(0.5), s.minioPuts(true)}})
			b.compete(contest{"1 KiB: PUT", n, "/s", 9, []contender{s.loxPuts(), s.writes(0.7), s.minioPuts(false)}})
		})
	}
}

// transfers has large backups stored, four at once, and read: by a LOX that keeps everything
// itself, by MinIO, and as files, which the bare server serves.
func (b *bench) transfers() {
	bare, lox, store := b.bare(environment{}), b.embedded(), b.minio()
	const n = 4
	s := &stock{lox: lox, minio: store, conns: n, copies: n, size: 100 * mib}
	b.connect(s)
	b.compete(contest{"100 MiB: PUT", n, "MB/s", 7, []contender{s.loxPuts(), s.writes(0.8), s.minioPuts(false)}})
	s.create(0)
	put, get := store.presign(http.MethodPut, 0, n), store.presign(http.MethodGet, 0, n)
	var from []string
	for i, to := range s.waiting {
		s.ours[i].put(to, s.source)
		s.ours[i].complete(lox.key, to.ID)
		s.theirs[i].put(put[i], s.source)
		from = append(from, uri(ask[api.BackupDownload](s.ours[i], request{path: basePath + "/v1/backups/" + to.ID + "/download", key: lox.key}).DownloadURL))
	}
	check(os.Link(s.source, filepath.Join(bare.dir, "file")))
	b.compete(contest{"100 MiB: GET", n, "MB/s", 7, []contender{
		s.gets("LOX", lox, s.ours, nil, func(i int) string { return from[i] }),
		s.gets("net/http: sendfile", bare, b.dial(bare.addr, n), least(0.8), func(int) string { return bareFiles + "file" }),
		s.gets("MinIO", store.child, s.theirs, least(1), func(i int) string { return uri(get[i].URL) }),
	}})
}

// hashing has LOX complete a large backup that was uploaded to an earlier process, so that it has
// to read and hash the bytes, and openssl hash as fast as it can.
func (b *bench) hashing() {
	const size = 256 * mib
	source := b.path("hashed")
	writeRandom(source, size)
	b.closing(func() error { return os.Remove(source) })
	var lox *child
	var on *conn
	var to upload
	b.compete(contest{"hash 256 MiB", 0, "MB/s", 3, []contender{
		{name: "LOX: complete after a restart", of: &child{},
			before: func(int) {
				lox = b.embedded()
				first := b.dial(lox.addr, 1)[0]
				to = first.create(lox.key, size)
				first.put(to, source)
				check(lox.stop())
				lox = b.embedded()
				on = b.dial(lox.addr, 1)[0]
			},
			turn: func(int) turn {
				on.complete(lox.key, to.ID)
				return turn{units: size / 1e6}
			},
			after: func(int) {
				lox.remove(on, []upload{to})
				check(lox.stop())
			}},
		{name: "openssl speed", of: &child{}, bars: least(0.9), turn: func(int) turn {
			out := must(exec.CommandContext(b.ctx, "openssl", "speed", "-evp", "sha256", "-bytes", "16384", "-seconds", "1").Output())
			return turn{units: readFigure(string(out), `(?mi)^sha256\s+([0-9.]+)k\s*$`) / 1000, took: time.Second}
		}},
	}})
}
