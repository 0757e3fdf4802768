package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
	"github.com/backlox/lox/transfer"
)

// newFile writes a file of size bytes.
func newFile(t *testing.T, name string, size int) (path string, content []byte) {
	t.Helper()
	content = bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
	path = filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path, content
}

// push stores a file and returns the id of the backup.
func (h *testenv) push(path string, more ...string) (id string) {
	h.t.Helper()
	return strings.TrimSuffix(h.must(append([]string{"push", "--quiet", path}, more...)...), "\n")
}

const transferredLine = `^bkp_\w{26}  %s  1\.00 MiB  sha256:[0-9a-f]{64}  \d+\.\d s  \d+\.\d MB/s\n$`

func TestPushAndPull(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, content := newFile(t, "app.dump", 1<<20)
	r := h.run("push", path)
	require.Zero(t, r.code, r.err)
	assert.Regexp(t, fmt.Sprintf(transferredLine, `app\.dump`), r.out)
	assert.Empty(t, r.err)

	r = h.run("push", path, "--name", "nightly", "--metadata", "host=db1", "--metadata", "note=a=b, c", "--content-type", "application/gzip", "--json")
	require.Zero(t, r.code, r.err)
	assert.Empty(t, r.err)
	var pushed struct {
		ID          string            `json:"id"`
		Name        string            `json:"name"`
		ContentType string            `json:"content_type"`
		Metadata    map[string]string `json:"metadata"`
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &pushed))
	assert.Equal(t, "nightly", pushed.Name)
	assert.Equal(t, "application/gzip", pushed.ContentType)
	assert.Equal(t, map[string]string{"host": "db1", "note": "a=b, c"}, pushed.Metadata)
	assert.Equal(t, r.out, h.must("show", "--json", pushed.ID), "as the API has it")

	file := filepath.Join(t.TempDir(), "out")
	r = h.run("pull", pushed.ID, "-o", file)
	require.Zero(t, r.code, r.err)
	assert.Regexp(t, fmt.Sprintf(transferredLine, "nightly"), r.out)
	assert.Empty(t, r.err)
	requireFile(t, file, content)
	assert.Empty(t, h.must("pull", "--quiet", pushed.ID, "-o", file), "it is replaced")
	assert.Equal(t, h.must("show", "--json", pushed.ID), h.must("pull", "--json", pushed.ID, "-o", file, "--limit-rate", "1GiB"))

	r = h.run("pull", pushed.ID, "-o", "-")
	require.Zero(t, r.code, r.err)
	assert.Equal(t, string(content), r.out)
	assert.Regexp(t, fmt.Sprintf(transferredLine, "nightly"), r.err)
}

func requireFile(t *testing.T, path string, content []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, got))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

// TestPullUsesTheNameOfTheBackup for the file, unless that isn't safe.
func TestPullUsesTheNameOfTheBackup(t *testing.T) {
	h := open(t, nil)
	path, content := newFile(t, "app.dump", 100)
	t.Chdir(t.TempDir())
	id := h.push(path)
	h.must("pull", "--quiet", id)
	requireFile(t, "app.dump", content)
	assert.Contains(t, h.fails(exitUsage, "pull", id), "app.dump: file already exists: name another file with -o\n")
	for _, name := range []string{"../app", "/etc/passwd", "a/b", "..", ".bashrc"} {
		id := h.push(path, "--name", name)
		assert.Equal(t, fmt.Sprintf("lox: the backup is called %q, which is no name for a file here: name one with -o\n", name), h.fails(exitUsage, "pull", id))
	}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

func TestUsageErrorsOfTransfers(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, _ := newFile(t, "file", 10)
	empty, _ := newFile(t, "empty", 0)
	id := lox.NewBackupID().String()
	missing := filepath.Join(t.TempDir(), "missing")
	asked := h.answers(1<<30, refuses(500, "internal_error", ""))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"push"}, "want: lox push (FILE | DIR | - | --from-command -- COMMAND [ARG...])"},
		{[]string{"push", missing}, "stat " + missing + ": no such file or directory"},
		{[]string{"push", os.DevNull}, "/dev/null is not a regular file"},
		{[]string{"push", empty}, "this can't be done: the file has 0 bytes, and a backup has 1 to 53687091200000"},
		{[]string{"push", path, "--metadata", "host"}, `--metadata "host": want key=value, each key once`},
		{[]string{"push", path, "--metadata", "a=1", "--metadata", "a=2"}, `--metadata "a=2": want key=value, each key once`},
		{[]string{"push", path, "--limit-rate", "fast"}, `invalid argument "fast" for "--limit-rate" flag: "fast" is not a size`},
		{[]string{"push", path, "--limit-rate", "0"}, "want at least 1 byte"},
		{[]string{"push", "-"}, "-: want --name, since standard input has none"},
		{[]string{"push", path, "--max-size", "1TiB"}, "--max-size goes with -"},
		{[]string{"push", "-", "--name", "x", "--max-size", "0"}, "want at least 1 byte"},
		{[]string{"push", path, "--parallel", "0"}, "--parallel 0: want 1 to 64"},
		{[]string{"push", path, "--parallel", "65"}, "--parallel 65: want 1 to 64"},
		{[]string{"pull"}, "want: lox pull ID|NAME"},
		{[]string{"pull", ""}, "want the id or the name of a backup"},
		{[]string{"pull", id[:29]}, `is not the id of a backup: want bkp_ and 26 digits`},
		{[]string{"pull", h.key}, `that is an API key, not the id of a backup`},
		{[]string{"pull", id, "-o", "-", "--json"}, "-o - and --json exclude each other"},
		{[]string{"pull", id, "-o", "x", "-C", "y"}, "-o and -C exclude each other"},
		{[]string{"pull", id, "--raw", "-C", "y"}, "--raw and -C exclude each other"},
		{[]string{"pull", id, "--raw", "--identity", "y"}, "--raw and --identity exclude each other"},
		{[]string{"pull", id, "--outside-links"}, "--outside-links and --no-same-owner go with -C"},
		{[]string{"verify", path}, "want: lox verify FILE ID|NAME"},
		{[]string{"verify", missing, id}, "stat " + missing + ": no such file or directory"},
		{[]string{"verify", t.TempDir(), id}, "is a directory: want a file"},
		{[]string{"verify", path, h.key}, `that is an API key, not the id of a backup`},
	} {
		assert.Contains(t, h.fails(exitUsage, c.args...), c.want, "%q", c.args)
	}
	assert.Zero(t, asked.Load())
	h.before.Store(nil)
	assert.Contains(t, h.fails(exitUsage, "push", path, "--content-type", "x"), "\n  --content-type: ")
	assert.Contains(t, h.fails(exitUsage, "push", path, "--name", "a\x07"), "\n  --name: ")
}

// TestExitCodesOfTransfers causes each failure.
func TestExitCodesOfTransfers(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, content := newFile(t, "file", 1<<20)
	id := h.push(path)
	out := filepath.Join(t.TempDir(), "out")

	unknown := lox.NewBackupID().String()
	for _, args := range [][]string{{"pull", unknown}, {"pull", unknown, "-o", out}} {
		assert.Equal(t, "lox: there is no backup "+unknown+`; "lox ls" lists those that exist`+"\n", h.fails(exitNotFound, args...))
	}
	_, reader := h.newKey(func(*lox.APIKey) {}, lox.ScopeBackupsRead)
	_, author := h.newKey(func(*lox.APIKey) {}, lox.ScopeBackupsWrite)
	assert.Contains(t, h.with(reader).fails(exitRefused, "push", path), string(lox.ScopeBackupsWrite))
	assert.Contains(t, h.with(author).fails(exitRefused, "pull", id, "-o", out), string(lox.ScopeBackupsRead))
	h.with(author).push(path)
	h.with(h.key)

	large := lox.NewBackup{Name: "large", Size: 1}.Pending(h.tenant.ID, epoch, time.Hour)
	large.Size = h.tenant.Quota() - 3<<20
	require.NoError(t, h.store.CreateBackup(t.Context(), large, storetest.By))
	h.push(path)
	assert.NotEmpty(t, h.fails(exitFull, "push", path))
	pending := large.ID.String()
	assert.Contains(t, h.fails(exitFailed, "pull", pending, "-o", out), "lox: Only a completed backup can be downloaded: Is pending, must be completed\n")

	// The store sends other bytes.
	h.before.Store(new(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/storage/download/") {
			return false
		}
		_, _ = w.Write(bytes.Repeat([]byte("x"), 1<<20))
		return true
	}))
	assert.Contains(t, h.fails(exitMismatch, "pull", id, "-o", out), "the checksum doesn't match")
	assert.NoFileExists(t, out)

	// The server answers, but isn't LOX.
	h.answers(1, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	assert.Contains(t, h.fails(exitFailed, "pull", id, "-o", out), "answered 418 I'm a teapot, and doesn't seem to be LOX: is the URL right?")

	// The connection breaks after a third of the file: the next pull resumes the download.
	third := len(content) / 3
	h.before.Store(new(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/storage/download/") {
			return false
		}
		if r.Header.Get("Range") == "" {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = w.Write(content[:third])
		}
		panic(http.ErrAbortHandler)
	}))
	said := h.fails(exitInterrupted, "pull", id, "-o", out)
	assert.Contains(t, said, "the connection failed: ")
	assert.Contains(t, said, "341 KiB of 1.00 MiB are in "+out+".part. The same command resumes the download\n")
	h.before.Store(nil)
	h.must("pull", "--quiet", id, "-o", out)
	requireFile(t, out, content)
}

// TestInterruptedTransfersSayHowToGoOn after Ctrl-C.
func TestInterruptedTransfersSayHowToGoOn(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, content := newFile(t, "file", 1<<20)
	id := h.push(path)
	before := len(ids(t, h.must("ls", "--json")))
	out := filepath.Join(t.TempDir(), "out")
	interruptAt := func(prefix string) result {
		ctx, cancel := context.WithCancel(t.Context())
		h.before.Store(new(func(_ http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, prefix) {
				return false
			}
			cancel()
			// A server notices that its client has disconnected when it reads.
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		}))
		defer h.before.Store(nil)
		if strings.Contains(prefix, "upload") {
			return h.runContext(ctx, "push", path)
		}
		return h.runContext(ctx, "pull", id, "-o", out)
	}
	r := interruptAt("/storage/upload/")
	assert.Equal(t, result{err: "lox: interrupted: the same command begins again\n", code: exitInterrupted}, r)
	assert.Len(t, ids(t, h.must("ls", "--json")), before)

	r = interruptAt("/storage/download/")
	assert.Equal(t, result{err: "lox: interrupted: the same command begins again\n", code: exitInterrupted}, r)
	assert.NoFileExists(t, out+".part")

	// An earlier download has left some bytes.
	require.NoError(t, os.WriteFile(out+".part", content[:1000], 0o600))
	r = interruptAt("/storage/download/")
	assert.Equal(t, result{err: "lox: interrupted: 1000 B of 1.00 MiB are in " + out + ".part. The same command resumes the download\n", code: exitInterrupted}, r)
	h.must("pull", "--quiet", id, "-o", out)
	requireFile(t, out, content)
}

func TestProgressWithoutATerminalIsPrintedAsLines(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, content := newFile(t, "file", 1<<20)
	now := make(chan time.Time)
	h.program.ticks = func(every time.Duration) (<-chan time.Time, func()) {
		assert.Equal(t, 10*time.Second, every)
		return now, func() {}
	}
	h.before.Store(new(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/storage/upload/") {
			_, _ = io.ReadFull(r.Body, make([]byte, len(content)/2))
			// The channel isn't buffered: when the third tick is received, the lines of the first two are printed.
			now <- time.Time{}
			now <- time.Time{}
			now <- time.Time{}
			panic(http.ErrAbortHandler)
		}
		return false
	}))
	r := h.run("push", path)
	assert.Equal(t, exitFailed, r.code)
	assert.Regexp(t, `^(Sending \d+ %, \S+ [KM]iB of 1\.00 MiB(, \S+ \S+/s, \d+ s left)?\n){2,3}the connection failed: .+\. Trying again in \d+ s\n`, r.err)
	assert.NotContains(t, r.err, "\r")
	h.before.Store(new(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/storage/upload/") {
			panic(http.ErrAbortHandler)
		}
		return false
	}))
	r = h.run("push", path, "--quiet")
	assert.Equal(t, 1, strings.Count(r.err, "\n"), r.err)
}

func TestProgressBarIsRemovedAtTheEnd(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, _ := newFile(t, "file", 1<<20)
	screen, term := openTerminal(t)
	require.NoError(t, unix.IoctlSetWinsize(int(term.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: terminalWidth}))
	shown := make(chan string, 1000)
	go func() {
		defer close(shown)
		buffer := make([]byte, 1<<16)
		for {
			n, err := screen.Read(buffer)
			if err != nil {
				return
			}
			shown <- string(buffer[:n])
		}
	}()
	var all strings.Builder
	await := func(text string) {
		t.Helper()
		for !strings.Contains(all.String(), text) {
			select {
			case more := <-shown:
				all.WriteString(more)
			case <-time.After(testTimeout):
				require.Fail(t, "not shown", "%q in %q", text, all.String())
			}
		}
	}
	first := true
	h.before.Store(new(func(_ http.ResponseWriter, r *http.Request) bool {
		if !first || !strings.HasPrefix(r.URL.Path, "/storage/upload/") {
			return false
		}
		first = false
		_, _ = io.ReadFull(r.Body, make([]byte, 1<<19))
		await("Sending ")
		panic(http.ErrAbortHandler)
	}))
	h.stderr = term
	r := h.run("push", path)
	require.Zero(t, r.code)
	assert.Regexp(t, fmt.Sprintf(transferredLine, "file"), r.out)
	_, err := io.WriteString(term, "the end")
	require.NoError(t, err)
	await("the end")
	assert.Contains(t, all.String(), "% [")
	assert.Contains(t, all.String(), " of 1.00 MiB")
	assert.Contains(t, all.String(), "Trying again in ")
	assert.Regexp(t, `\x1b\[1A\x1b\[Jthe end$`, all.String(), "the bar isn't left there")
}

func TestMeterMeasuresTheRate(t *testing.T) {
	t.Parallel()
	var m meter
	at := epoch
	add := func(seconds int, phase transfer.Phase, done int64) {
		at = at.Add(time.Duration(seconds) * time.Second)
		m.add(transfer.Progress{Phase: phase, Done: done << 20, Total: 1000 << 20}, at)
	}
	add(0, transfer.Hashing, 400)
	assert.Equal(t, "Reading 40 %, 400 MiB of 1000 MiB", m.line())
	add(1, transfer.Receiving, 400)
	assert.Equal(t, "Receiving 40 %, 400 MiB of 1000 MiB", m.line(), "bytes of an earlier download don't count")
	for range 20 {
		add(1, transfer.Receiving, m.at.Done>>20+10)
	}
	assert.Equal(t, "Receiving 60 %, 600 MiB of 1000 MiB, 10.0 MiB/s, 40 s left", m.line())
	for range 16 {
		add(1, transfer.Receiving, m.at.Done>>20+1)
	}
	assert.Equal(t, "Receiving 61 %, 616 MiB of 1000 MiB, 1.00 MiB/s, 7 min left", m.line(), "the rate is the present one")
	assert.LessOrEqual(t, len(m.samples), 40)
	add(1, transfer.Sending, 10)
	add(60, transfer.Sending, 11)
	add(600, transfer.Sending, 12)
	assert.Equal(t, "Sending 1 %, 12.0 MiB of 1000 MiB", m.line())
	add(600, transfer.Sending, 13)
	assert.Equal(t, "Sending 1 %, 13.0 MiB of 1000 MiB", m.line(), "older samples don't count")
	add(1, transfer.Verifying, 0)
	assert.Equal(t, "Verifying, 1000 MiB", m.line())
	assert.Equal(t, "3 h", leftText(3*time.Hour))
}
