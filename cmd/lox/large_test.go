package main_test

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// largeEnv names the variable with the GiB that TestLarge stores, if more than the usual 256 MiB.
const largeEnv = "LOX_LARGE_GIB"

const (
	// verifyWait is how long a request to complete a backup waits for the verification.
	verifyWait = 30 * time.Second
	// askedEvery is the interval at which a client asks for it after that.
	askedEvery = 5 * time.Second
)

// Random bytes are pushed from standard input to the embedded server and pulled again: client and
// server need little memory, hardly more than the bytes is written, and the completion doesn't read
// all bytes again if they arrived in order.
func TestLarge(t *testing.T) {
	const most = 200 * mebibyte
	size := int64(roundsOf(t, largeEnv, 0)) << 30
	if size == 0 {
		t.Parallel()
		size = 256 * mebibyte
	}
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	c := s.remote(t, p, "")
	before, database := p.written(t), s.writtenByPostgres(t)

	pushed := c.pushStream(t, size, 1)
	completing := p.completeTook(t, pushed.id) // before a pull requests it
	t.Logf("push: %s; complete took %s", pushed, completing)
	assert.Less(t, pushed.peak, int64(most), "memory of the client")
	written := p.written(t) - before
	t.Logf("the server wrote %.4f x the size, its database %.1f MiB more", float64(written)/float64(size),
		float64(s.writtenByPostgres(t)-database)/mebibyte)
	assert.LessOrEqual(t, float64(written), 1.05*float64(size))
	hashing := s.hashTime(t, size)
	t.Logf("to read and hash the stored bytes takes %s", hashing)
	if completing > verifyWait {
		hashing += askedEvery
	}
	// A busy machine may need a moment, even for little work.
	assert.Less(t, completing, max(hashing, time.Second))

	pulled := c.pull(t, pushed.id)
	t.Logf("pull: %s", pulled)
	assert.Equal(t, pushed.sum, pulled.sum)
	assert.Equal(t, size, pulled.size)
	assert.Less(t, pulled.peak, int64(most), "memory of the client")

	inOrder := c.pushStream(t, min(size, 1<<30), 2, "--parallel", "1")
	t.Logf("push of one part after the other: %s; complete took %s", inOrder, p.completeTook(t, inOrder.id))
	assert.Less(t, p.completeTook(t, inOrder.id), time.Second)

	peak := peakOf(p.cmd.Process.Pid)
	t.Logf("the server took %.1f MiB of memory at most", float64(peak)/mebibyte)
	assert.Less(t, peak, int64(most), "memory of the server")
	p.stop(t, syscall.SIGTERM)
	s.requireOnly(t, 2)
}

// transferred is the result of a command that transferred bytes.
type transferred struct {
	id, sum string
	size    int64
	peak    int64 // of the resident memory, in bytes
	took    time.Duration
}

func (d transferred) String() string {
	return fmt.Sprintf("%d MiB in %.1f s, %.1f MB/s, %.1f MiB of memory at most", d.size/mebibyte, d.took.Seconds(),
		float64(d.size)/1e6/d.took.Seconds(), float64(d.peak)/mebibyte)
}

// remote is a client of the server with its own home directory. If key is "", it uses the key of
// the server's tenant.
func (s setup) remote(t *testing.T, p *process, key string) setup {
	t.Helper()
	if key == "" {
		key = s.savedKey(t)
	}
	return setup{dir: newDir(t), env: []string{"LOX_URL=" + rootURL(p.baseURL), "LOX_API_KEY=" + key}}
}

// pushStream pushes random bytes by "lox push -".
func (s setup) pushStream(t *testing.T, size int64, seed byte, args ...string) transferred {
	t.Helper()
	hash, out := sha256.New(), bytes.Buffer{}
	cmd := s.command(append([]string{"push", "-", "--name", "large", "--json"}, args...)...)
	cmd.Stdin, cmd.Stdout = io.TeeReader(io.LimitReader(newNoise(seed), size), hash), &out
	done := s.runMeasured(t, cmd)
	var b client.Backup
	require.NoError(t, json.Unmarshal(out.Bytes(), &b))
	done.id, done.sum, done.size = b.ID, b.Checksum, b.SizeBytes
	require.Equal(t, "sha256:"+hex.EncodeToString(hash.Sum(nil)), done.sum)
	require.Equal(t, size, done.size)
	return done
}

// pull hashes the output of "lox pull -o -".
func (s setup) pull(t *testing.T, id string) transferred {
	t.Helper()
	hash := sha256.New()
	var n counter
	cmd := s.command("pull", id, "-o", "-", "--quiet")
	cmd.Stdout = io.MultiWriter(hash, &n)
	done := s.runMeasured(t, cmd)
	done.id, done.sum, done.size = id, "sha256:"+hex.EncodeToString(hash.Sum(nil)), int64(n)
	return done
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// runMeasured runs a command that must succeed, and reads its memory continuously: the kernel drops
// the peak when the command ends, and the value that it reports to the parent is the test process's
// if that is larger.
func (setup) runMeasured(t *testing.T, cmd *exec.Cmd) (done transferred) {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	began := time.Now()
	require.NoError(t, cmd.Start())
	var peak atomic.Int64
	ended, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		poll := time.NewTicker(tick)
		defer poll.Stop()
		for {
			peak.Store(max(peak.Load(), peakOf(cmd.Process.Pid)))
			select {
			case <-poll.C:
			case <-ended:
				return
			}
		}
	}()
	err := cmd.Wait()
	done.took = time.Since(began)
	close(ended)
	<-watched
	require.NoError(t, err, "%s", stderr.String())
	done.peak = peak.Load()
	require.Positive(t, done.peak)
	return done
}

// newNoise returns as many bytes as one reads: AES generates a few GB a second.
func newNoise(seed byte) io.Reader {
	block, err := aes.NewCipher(bytes.Repeat([]byte{seed}, 16))
	if err != nil {
		panic(err)
	}
	return cipher.StreamReader{S: cipher.NewCTR(block, make([]byte, aes.BlockSize)), R: zeros{}}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// peakOf returns the peak of a process's resident memory, in bytes; 0 if it has ended.
func peakOf(pid int) int64 { return 1024 * procField(pid, "status", "VmHWM:") }

// procField reads a number from a file of a process.
func procField(pid int, file, name string) int64 {
	f, err := os.Open(filepath.Join("/proc", strconv.Itoa(pid), file))
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), name); ok {
			n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 10, 64)
			return n
		}
	}
	return 0
}

// written returns how many bytes the server has written to the disk.
func (p *process) written(t *testing.T) int64 {
	t.Helper()
	return procField(p.cmd.Process.Pid, "io", "write_bytes:")
}

// writtenByPostgres is the same for the present processes of its database.
func (s setup) writtenByPostgres(t *testing.T) (sum int64) {
	t.Helper()
	for _, each := range s.postgres(t) {
		sum += procField(each.pid, "io", "write_bytes:")
	}
	return sum
}

// completeTook returns the time from the request to complete a backup to the end of the
// verification. If that is longer than a request may wait, it ends when the client that asks every
// 5 s gets the answer.
func (p *process) completeTook(t *testing.T, id string) time.Duration {
	t.Helper()
	p.awaitStderr(t, regexp.MustCompile(`"path":"(/api/v1/backups/`+id+`/complete)"`))
	var began, ended time.Time
	for line := range strings.Lines(p.stderr.String()) {
		var r struct {
			Time     time.Time `json:"time"`
			Path     string    `json:"path"`
			Status   int       `json:"status"`
			Duration float64   `json:"duration_ms"`
		}
		if !strings.Contains(line, id) || json.Unmarshal([]byte(line), &r) != nil {
			continue
		}
		completing := strings.HasSuffix(r.Path, id+"/complete")
		if completing && began.IsZero() {
			began = r.Time.Add(-time.Duration(r.Duration * float64(time.Millisecond)))
		}
		// Later requests, such as the download, don't count.
		if completing || !began.IsZero() && strings.HasSuffix(r.Path, "/backups/"+id) {
			ended = r.Time
		}
	}
	return ended.Sub(began)
}

// objects returns the files of the stored backups.
func (s setup) objects(t *testing.T) (paths []string) {
	t.Helper()
	return slices.DeleteFunc(glob(t, s.storageDir(), "objects", "*", "*"), func(path string) bool {
		return strings.Contains(path, "/_lox/")
	})
}

// hashTime is the time to read and hash the one stored file.
func (s setup) hashTime(t *testing.T, size int64) time.Duration {
	t.Helper()
	paths := s.objects(t)
	require.Len(t, paths, 1)
	f, err := os.Open(paths[0])
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	began := time.Now()
	n, err := io.Copy(sha256.New(), f)
	require.NoError(t, err)
	require.Equal(t, size, n)
	return time.Since(began)
}

// requireOnly checks that the store has a number of objects and nothing else.
func (s setup) requireOnly(t *testing.T, count int) {
	t.Helper()
	require.Len(t, s.objects(t), count)
	require.Empty(t, names(t, filepath.Join(s.storageDir(), "parts")))
	require.Empty(t, names(t, filepath.Join(s.storageDir(), "uploads")))
}
