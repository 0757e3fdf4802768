package disk

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// Environment variables of TestKilledServerLosesNothing and of the process that it kills.
const (
	envCrashDir    = "LOX_CRASH_DIR"    // makes the test binary a server of this directory
	envCrashRounds = "LOX_CRASH_ROUNDS" // default: 20
	envCrashSeed   = "LOX_CRASH_SEED"   // the seed of the random generator; default: random
)

// deletePath is the path for deletions in a process under test: DELETE deletePath<key>.
const deletePath = "/delete/"

func TestMain(m *testing.M) {
	if dir := os.Getenv(envCrashDir); dir != "" {
		if err := serveCrash(dir); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

var crashKey = bytes.Repeat([]byte("k"), minKey)

// pending makes every backup wait for its upload.
type pending struct{}

func (pending) Backup(_ context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	b := lox.Backup{ID: id, Tenant: tenant, Status: lox.StatusPending}
	if inParts(id) {
		b.PartSize = crashPartSize
	}
	return b, nil
}

// serveCrash prints its address, and serves a store until its standard input ends, which happens when the test ends.
func serveCrash(dir string) error {
	store, err := Open(Config{Dir: dir, Key: crashKey, Backups: pending{}, Reserve: -1})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", store.Handler())
	mux.HandleFunc("DELETE "+deletePath+"{key...}", func(w http.ResponseWriter, r *http.Request) {
		if err := store.Delete(r.Context(), r.PathValue("key")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	handleParts(mux, store)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(ln, mux) }()
	if _, err := os.Stdout.WriteString(ln.Addr().String() + "\n"); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// process is a server that the test kills.
type process struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stdout *bufio.Reader
	stderr bytes.Buffer
	addr   string
}

// spawn starts a process. It must run on a locked thread, because the process dies with the thread that started it.
func spawn(t *testing.T, dir string) *process {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	p := &process{cmd: exec.CommandContext(t.Context(), binary)}
	p.cmd.Env = append(os.Environ(), envCrashDir+"="+dir)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.cmd.Stderr = &p.stderr
	p.stdin, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	p.stdout = bufio.NewReader(stdout)
	require.NoError(t, p.cmd.Start())
	return p
}

// ready waits until the process accepts requests.
func (p *process) ready(t *testing.T) {
	t.Helper()
	line, err := p.stdout.ReadString('\n')
	require.NoError(t, err, "%s", &p.stderr)
	p.addr = strings.TrimSpace(line)
}

// kill sends SIGKILL.
func (p *process) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Kill())
	_ = p.cmd.Wait() // it was killed
	require.Empty(t, p.stderr.String())
}

func envInt(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, name)
	return n
}

// TestKilledServerLosesNothing kills a server at random moments while clients upload, interrupt uploads and delete, and starts
// another one on the same directory. No acknowledged upload is lost, no incomplete object is ever visible, and no file of an
// upload survives a restart.
func TestKilledServerLosesNothing(t *testing.T) {
	t.Parallel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	rounds, seed := envInt(t, envCrashRounds, 20), envInt(t, envCrashSeed, rand.Uint64())
	t.Logf("%s=%d %s=%d", envCrashRounds, rounds, envCrashSeed, seed)
	c := newCrash(t, seed)
	began := time.Now()
	p := spawn(t, c.dir)
	p.ready(t)
	for range rounds {
		c.round(t, p)
		if c.random.IntN(5) == 0 {
			// Kill a start, too, perhaps while it removes interrupted uploads.
			p = spawn(t, c.dir)
			<-time.After(c.between(0, 30*time.Millisecond))
			p.kill(t)
		}
		p = spawn(t, c.dir)
		p.ready(t)
		c.verify(t, p)
	}
	c.verifyAll(t, p)
	p.kill(t)
	t.Logf("%d rounds in %v: %s", rounds, time.Since(began).Round(time.Millisecond), &c.counts)
	if rounds >= 20 {
		c.counts.requireAll(t)
	}
}

// crash is what the test knows about the directory of the servers.
type crash struct {
	dir      string
	pool     []byte // uploads have parts of these bytes
	seed     uint64
	random   *rand.Rand
	signer   *Store // only signs URLs
	expected outcomes
	counts   counts
	rounds   uint64

	mu sync.Mutex
	// touched are the keys of this round, kept those that are stored since earlier rounds.
	touched map[string]bool
	kept    map[string]bool
	// uploads are the uploads in parts of this round.
	uploads []*crashUpload
}

func newCrash(t *testing.T, seed uint64) *crash {
	t.Helper()
	c := &crash{
		dir: filepath.Join(t.TempDir(), "data"), pool: make([]byte, 8<<20), seed: seed, random: rand.New(rand.NewPCG(seed, 0)),
		signer:  &Store{cfg: Config{Clock: time.Now}, signer: signer{crashKey}},
		touched: map[string]bool{}, kept: map[string]bool{},
	}
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	_, _ = rand.NewChaCha8(key).Read(c.pool)
	return c
}

func (c *crash) between(least, most time.Duration) time.Duration {
	return least + time.Duration(c.random.Int64N(int64(most-least)))
}

const crashClients = 6

// round runs clients until the process is killed.
func (c *crash) round(t *testing.T, p *process) {
	t.Helper()
	c.rounds++
	c.touched = map[string]bool{}
	// Kill the process a random time after a random number of bytes: uploads are synced and renamed after their last
	// byte.
	due := make(chan struct{})
	sent := &meter{until: 1 + c.random.Int64N(12<<20), due: due}
	var wg sync.WaitGroup
	tenants := []lox.TenantID{lox.NewTenantID(), lox.NewTenantID()}
	for i := range uint64(crashClients) {
		wg.Go(func() {
			newCrashClient(c, p.addr, rand.New(rand.NewPCG(c.seed, c.rounds<<8|i+1)), tenants, sent).run(t)
		})
	}
	<-due
	<-time.After(c.between(0, 10*time.Millisecond))
	sent.killed.Store(true)
	p.kill(t)
	wg.Wait()
	entries, err := os.ReadDir(filepath.Join(c.dir, "uploads"))
	require.NoError(t, err)
	c.counts.add("files of uploads after a kill", len(entries))
}

// verify compares the objects of a new process with the responses that clients got.
func (c *crash) verify(t *testing.T, p *process) {
	t.Helper()
	require.Empty(t, wrongFiles(t, c.dir, &c.expected))
	c.verifyParts(t, p)
	c.counts.add("kept since earlier rounds", len(c.kept))
	for key := range c.touched {
		c.kept[key] = true
	}
	for key := range c.kept {
		found := c.download(t, p.addr, key)
		require.NoError(t, c.expected.check(key, found), "seed %d, round %d", c.seed, c.rounds)
		if len(c.expected.of(key)) > 1 {
			c.counts.add(map[bool]string{true: "uncertain and absent", false: "uncertain and whole"}[found == absent], 1)
		}
		// Now the state is certain, and the next kill must not change it.
		c.expected.set(key, found)
		if found == absent {
			delete(c.kept, key)
		}
	}
	// Delete most objects, so that the disk doesn't get full.
	for key := range c.kept {
		if c.random.IntN(3) > 0 {
			require.Equal(t, http.StatusNoContent, c.remove(t, p.addr, key))
			delete(c.kept, key)
		}
	}
}

// verifyAll checks every object that was ever uploaded.
func (c *crash) verifyAll(t *testing.T, p *process) {
	t.Helper()
	for _, key := range c.expected.keys() {
		require.NoError(t, c.expected.check(key, c.download(t, p.addr, key)), "seed %d", c.seed)
	}
}

func (c *crash) download(t *testing.T, addr, key string) lox.Checksum {
	t.Helper()
	from, err := c.signer.PresignGet(t.Context(), lox.Download{Key: key, Expires: time.Hour})
	require.NoError(t, err)
	got := send(t, http.MethodGet, "http://"+addr+from, nil)
	if got.status == http.StatusNotFound {
		return absent
	}
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	return sumOf(got.body)
}

func (c *crash) remove(t *testing.T, addr, key string) int {
	t.Helper()
	c.expected.deleting(key)
	c.expected.ending(key)
	status := send(t, http.MethodDelete, "http://"+addr+deletePath+key, nil).status
	if status == http.StatusNoContent {
		c.expected.deleted(key)
		c.expected.ended(key)
	}
	return status
}

// counts counts events, to prove that a run had each kind.
type counts struct {
	mu sync.Mutex
	of map[string]int
}

func (c *counts) add(what string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.of[what] += n
}

// requireAll checks that each kind of event has happened.
func (c *counts) requireAll(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, what := range []string{
		"acknowledged", "cut by FIN", "cut by RST", "half-closed", "sent again after a cut", "wrong checksum", "deleted", "uploaded after a deletion",
		"deleted while uploading", "killed before the answer", "files of uploads after a kill", "uncertain and absent",
		"kept since earlier rounds", "parts acknowledged", "parts cut", "parts killed before the answer", "assembled",
		"assembled and kept", "uploads in parts went on after a kill",
	} {
		assert.Positive(t, c.of[what], what)
	}
}

func (c *counts) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprint(c.of)
}
