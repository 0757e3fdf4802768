package main_test

import (
	"bytes"
	"context"
	"database/sql"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/pgembed"
)

// The content of testdata/s3-layout, which its README describes.
const (
	s3Layout       = "testdata/s3-layout"
	layoutTenant   = "ten_01m8hfk1s4egf8wjx39y5twhyb"
	layoutFirst    = "bkp_01m8hfkcjvepxafjhez2tn6vzt"
	layoutSecond   = "bkp_01m8hfkckcf7e9gxqk4bnxkfyg"
	layoutUploaded = "bkp_01m8hfkckme2wv4rm54z3gz73p"
	layoutWaiting  = "bkp_01m8hfkckrea1b9a9vmbk8ack4"
)

var (
	layoutText  = []byte("the first backup that the version before kept\n")
	layoutFiles = map[string][]byte{
		layoutFirst:    layoutText,
		layoutSecond:   bytes.Repeat([]byte("0123456789abcdef"), 4096),
		layoutUploaded: bytes.Repeat(layoutText, 2),
	}
)

// A server starts on a data directory that was written when LOX had a built-in S3 server.
func TestTakeover(t *testing.T) {
	t.Parallel()
	s := earlierData(t)
	s.env = []string{"LOX_SWEEP_INTERVAL=50ms"}
	leftover := filepath.Join(s.s3Dir(), "buckets", "lox", ".sgwtmp", "multipart", "part")
	other := filepath.Join(s.s3Dir(), "buckets", "other", "file.txt")
	for _, path := range []string{leftover, other} {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("not of LOX"), 0o600))
	}
	before := filesBelow(t, s.s3Dir())

	p := s.start(t)
	assert.NotContains(t, p.stdout.String(), "API key   lox_", "there is a tenant")
	a := newAPI(t, p.baseURL, s.savedKey(t))
	requireIDs(t, a, layoutWaiting, layoutUploaded, layoutSecond, layoutFirst)
	requireDownload(t, a, layoutFirst, layoutFiles[layoutFirst])
	requireDownload(t, a, layoutSecond, layoutFiles[layoutSecond])
	done, err := a.complete(t.Context(), layoutUploaded)
	require.NoError(t, err)
	require.Equal(t, checksum(layoutFiles[layoutUploaded]), done.Checksum)
	file := noise(1, 100_000)
	added := requireStored(t, a, file)
	requireReady(t, a, p.baseURL)
	s.requirePurged(t)

	// They are the same files with other names.
	after := filesBelow(t, s.storageDir())
	require.Len(t, after, len(layoutFiles)+2, "those of before, the new one and a lock: %v", after)
	for id := range layoutFiles {
		old := before[filepath.Join("buckets", "lox", layoutTenant, id)]
		require.NotZero(t, old)
		require.Equal(t, old, after[filepath.Join("objects", layoutTenant, id)])
	}
	// Of the S3 server's files, only those that LOX didn't create are left.
	require.Equal(t, map[string]fileID{"buckets/other/file.txt": before["buckets/other/file.txt"]}, filesBelow(t, s.s3Dir()))
	require.Equal(t, []string{"other"}, names(t, filepath.Join(s.s3Dir(), "buckets")))
	require.Equal(t, []string{"api-key", "master-key", "postgres", "s3", "storage", "storage-key"}, names(t, s.dir))
	p.stop(t, syscall.SIGTERM)
	assert.Empty(t, p.complaints())

	p = s.start(t)
	a = newAPI(t, p.baseURL, s.savedKey(t))
	requireIDs(t, a, added, layoutWaiting, layoutUploaded, layoutSecond, layoutFirst)
	for id, file := range layoutFiles {
		requireDownload(t, a, id, file)
	}
	requireDownload(t, a, added, file)
	require.NoError(t, a.delete(t.Context(), layoutFirst))
	eventually(t, func() bool {
		return !slices.Contains(names(t, filepath.Join(s.storageDir(), "objects", layoutTenant)), layoutFirst)
	})
	require.Equal(t, map[string]fileID{"buckets/other/file.txt": before["buckets/other/file.txt"]}, filesBelow(t, s.s3Dir()))
	p.stop(t, syscall.SIGTERM)
	assert.Empty(t, p.complaints())
}

// Nothing is moved while a server of the previous version runs, nor if the bucket isn't the
// configured one.
func TestTakeoverRefused(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	s.unpackEarlier(t)
	before := filesBelow(t, s.s3Dir())
	lock, err := os.OpenFile(filepath.Join(s.s3Dir(), "lock"), os.O_RDWR, 0)
	require.NoError(t, err)
	defer func() { _ = lock.Close() }()
	require.NoError(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))

	wrongBucket := setup{dir: s.dir, env: []string{"LOX_S3_BUCKET=another"}}
	s.requireNotTaken(t, "lox: take over "+s.s3Dir()+": another process uses "+s.s3Dir()+"\n")
	require.NoError(t, lock.Close())
	wrongBucket.requireNotTaken(t, "lox: LOX_S3_BUCKET: take over "+s.s3Dir()+`: "another": there is no such bucket, but lox`+"\n")
	require.Equal(t, before, filesBelow(t, s.s3Dir()))

	p := s.start(t)
	require.NoDirExists(t, s.s3Dir())
	p.stop(t, syscall.SIGTERM)
}

func (s setup) requireNotTaken(t *testing.T, want string) {
	t.Helper()
	stdout, stderr, code := s.run(t, "serve")
	require.Equal(t, 1, code)
	require.Empty(t, stdout)
	require.True(t, strings.HasSuffix(stderr, want), "%s", stderr)
	require.NoDirExists(t, s.storageDir())
	require.FileExists(t, filepath.Join(s.dir, "s3-secret-key"))
	require.Empty(t, s.postgres(t))
}

// The server is killed during the takeover, and again when all objects are moved but not all other
// files are removed.
func TestTakeoverCutOff(t *testing.T) {
	t.Parallel()
	s := earlierData(t)
	const tenants = 5000 // so that it takes some time
	for range tenants {
		dir := filepath.Join(s.s3Dir(), "buckets", "lox", lox.NewTenantID().String())
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "object"), nil, 0o600))
	}
	objects := filepath.Join(s.storageDir(), "objects")
	p := s.launch(t)
	require.Eventually(t, func() bool {
		entries, err := os.ReadDir(objects)
		return err == nil && len(entries) > 0
	}, patience, time.Millisecond)
	p.kill()
	tenantsIn := func(dir string) []string {
		return slices.DeleteFunc(names(t, dir), func(name string) bool { return name+"/" == lox.OwnPrefix })
	}
	moved := len(tenantsIn(objects))
	t.Logf("killed when %d of %d directories were moved", moved, tenants+1)
	if bucket := filepath.Join(s.s3Dir(), "buckets", "lox"); moved <= tenants {
		require.Len(t, names(t, bucket), tenants+1-moved)
	}

	p = s.start(t)
	require.Len(t, tenantsIn(objects), tenants+1)
	p.kill()
	// As after a crash just before.
	require.NoError(t, os.MkdirAll(filepath.Join(s.s3Dir(), "buckets", "lox"), 0o700))
	for _, path := range []string{filepath.Join(s.s3Dir(), "lock"), filepath.Join(s.dir, "s3-secret-key")} {
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}

	p = s.start(t)
	require.Len(t, tenantsIn(objects), tenants+1)
	require.Equal(t, []string{"api-key", "master-key", "postgres", "storage", "storage-key"}, names(t, s.dir))
	a := newAPI(t, p.baseURL, s.savedKey(t))
	_, err := a.complete(t.Context(), layoutUploaded)
	require.NoError(t, err)
	for id, file := range layoutFiles {
		requireDownload(t, a, id, file)
	}
	p.stop(t, syscall.SIGTERM)
}

func (s setup) s3Dir() string { return filepath.Join(s.dir, "s3") }

// earlierData is a data directory as the previous version left it, except that the upload time of
// its pending backups is over, and that the purge is due.
func earlierData(t *testing.T) setup {
	t.Helper()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	s.unpackEarlier(t)
	for _, name := range []string{"api-key", "master-key"} {
		s.copyEarlier(t, name)
	}
	dump, err := os.ReadFile(filepath.Join(s3Layout, "database.sql"))
	require.NoError(t, err)
	postgres, err := pgembed.Start(t.Context(), pgembed.Config{Dir: s.postgresDir()})
	require.NoError(t, err)
	defer func() { require.NoError(t, postgres.Stop(context.Background())) }()
	db, err := sql.Open("postgres", postgres.DSN())
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(t.Context(), string(dump)+`
		update public.backups set deadline = now() + interval '1 hour', upload_expires_at = now() + interval '1 hour' where status = 'pending';
		update public.purges set due_at = now(), final_at = now();`)
	require.NoError(t, err)
	return s
}

// unpackEarlier creates a data directory with the files of the S3 server.
func (s setup) unpackEarlier(t *testing.T) {
	t.Helper()
	require.NoError(t, os.Mkdir(s.dir, 0o700))
	s.copyEarlier(t, "s3-secret-key")
	out, err := exec.CommandContext(t.Context(), "tar", "-xzf", filepath.Join(s3Layout, "s3.tar.gz"), "-C", s.dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func (s setup) copyEarlier(t *testing.T, name string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s3Layout, name))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, name), content, 0o600))
}

// requirePurged waits until no object is to be deleted.
func (s setup) requirePurged(t *testing.T) {
	t.Helper()
	db := s.embeddedSQL(t)
	defer func() { _ = db.Close() }()
	eventually(t, func() bool {
		var left int
		require.NoError(t, db.QueryRowContext(t.Context(), `select count(*) from purges`).Scan(&left))
		return left == 0
	})
}

// fileID distinguishes a file from its copy.
type fileID struct {
	inode    uint64
	size     int64
	modified time.Time
}

// filesBelow returns the relative paths of all files below a directory, except the mark that a
// started server writes.
func filesBelow(t *testing.T, dir string) map[string]fileID {
	t.Helper()
	found := map[string]fileID{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if strings.HasPrefix(name, "objects/"+lox.OwnPrefix) {
			return err
		}
		found[name] = fileID{info.Sys().(*syscall.Stat_t).Ino, info.Size(), info.ModTime()}
		return err
	}))
	return found
}
