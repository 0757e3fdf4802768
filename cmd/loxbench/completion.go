package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	sectionComplete = "complete"
	hashedSize      = 256 << 20
	hashRounds      = 3
	hashBar         = 0.9 // of what openssl speed hashes
	largeSize       = 1 << 30
	// readBar, in KiB, is what a request and the answers of the database may bring:
	// nothing of the backup.
	readBar = 64
)

// completion is what it costs to complete a backup.
type completion struct {
	// Of one whose checksum was declared.
	Queries      int            `json:"queries"`
	RoundTrips   int            `json:"round_trips"`
	Transactions int            `json:"writing_transactions"`
	Plans        []string       `json:"plans"`
	S3           map[string]int `json:"s3_requests"` // by method, if it is in MinIO
	// Read is how many bytes the server reads, from files and connections, to
	// complete one of 1 GiB; and FromDisk how many of them the disk has.
	Read     int64 `json:"bytes_read_1gib"`
	FromDisk int64 `json:"bytes_from_disk_1gib"`
	// Of one that was uploaded to a process before: bytes per second, medians.
	Hashing float64 `json:"hashed_bytes_per_second,omitempty"`
	OpenSSL float64 `json:"openssl_bytes_per_second,omitempty"`
	Ratio   float64 `json:"ratio,omitempty"` // median over the rounds
}

func (r *report) complete(ctx context.Context, h *testbed, _ scale, on *side) error {
	r.Completion = &completion{}
	if err := r.Completion.count(ctx, h, on, h.blobs); err != nil {
		return fmt.Errorf("a declared checksum: %w", err)
	}
	if err := r.Completion.countS3(ctx, h, on); err != nil {
		return fmt.Errorf("a declared checksum, in MinIO: %w", err)
	}
	if err := h.within(func() error { return r.Completion.large(ctx, h) }); err != nil {
		return fmt.Errorf("1 GiB: %w", err)
	}
	if err := r.Completion.hash(ctx, h); err != nil {
		return fmt.Errorf("hashing: %w", err)
	}
	requests := 0
	for _, n := range r.Completion.S3 {
		requests += n
	}
	const declared = "complete with a declared checksum: "
	r.Bars = append(r.Bars,
		hold(declared+"transactions", perRequest, 0, float64(r.Completion.Transactions), 1),
		hold(declared+"requests to S3", perRequest, 0, float64(requests), 1),
		hold("complete 1 GiB", readBytes, 0, float64(r.Completion.Read)/1024, readBar),
		hold("complete after a restart: hashing 256 MiB", ofOpenSSL, 0, r.Completion.Ratio, hashBar))
	return nil
}

// count asks a server whose database sessions explain themselves.
func (c *completion) count(ctx context.Context, h *testbed, on *side, blobs objects) error {
	store, err := h.openStore(ctx, explaining, 1)
	if err != nil {
		return err
	}
	addr, err := h.serve(ctx, store, blobs)
	if err != nil {
		return err
	}
	u := &uploader{api: &process{addr: addr}, key: on.key}
	defer u.close()
	for range 2 { // the first has the statements prepared
		to, err := u.declared(ctx)
		if err != nil {
			return err
		}
		h.plans.reset()
		if _, err := store.CountTenants(ctx); err != nil { // marks the beginning
			return err
		}
		if err := u.complete(ctx, to.ID); err != nil {
			return err
		}
		if _, err := store.CountTenants(ctx); err != nil { // and the end
			return err
		}
	}
	plans, trips, err := h.plans.between(ctx, countTenants)
	if err != nil {
		return err
	}
	c.read(plans, trips)
	return nil
}

// declared uploads a small backup with its checksum.
func (u *uploader) declared(ctx context.Context) (upload, error) {
	to, err := u.create(ctx, cycleSize, fmt.Sprintf(`, "checksum": "sha256:%x"`, sha256.Sum256([]byte(content[:cycleSize]))))
	if err == nil {
		err = u.put(ctx, to, content[:cycleSize])
	}
	return to, err
}

// countS3 asks a server whose requests to MinIO go by way of a proxy that counts
// them.
func (c *completion) countS3(ctx context.Context, h *testbed, on *side) error {
	rival, err := h.startMinIO(ctx)
	if err != nil {
		return err
	}
	var seen methods
	counting := httptest.NewServer(seen.counting(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: rival.addr})
		r.Out.Host = r.In.Host // is signed
	}}))
	h.closing(func(context.Context) error { counting.Close(); return nil })
	blobs, err := rival.store(ctx, counting.URL)
	if err != nil {
		return err
	}
	h.closing(func(context.Context) error { blobs.Close(); return nil })
	addr, err := h.serve(ctx, h.store, blobs)
	if err != nil {
		return err
	}
	u := &uploader{api: &process{addr: addr}, key: on.key}
	defer u.close()
	to, err := u.declared(ctx)
	if err != nil {
		return err
	}
	seen.reset()
	err = u.complete(ctx, to.ID)
	c.S3 = seen.reset()
	return err
}

// large completes a backup of 1 GiB, of which nothing is in memory.
func (c *completion) large(ctx context.Context, h *testbed) error {
	if err := hasRoom(h.dir, transferRoom); err != nil {
		return err
	}
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return err
	}
	u := &uploader{api: p}
	defer u.close()
	if u.key, err = h.embeddedKey(); err != nil {
		return err
	}
	source := filepath.Join(h.dir, "large")
	if err := errors.Join(os.WriteFile(source, nil, 0o600), os.Truncate(source, largeSize)); err != nil {
		return err
	}
	defer os.Remove(source)
	to, err := u.create(ctx, largeSize)
	if err != nil {
		return err
	}
	if err := u.putFile(ctx, to, source); err != nil {
		return err
	}
	file, err := h.objectFile(to)
	if err != nil {
		return err
	}
	defer os.Remove(file)
	if err := evict(file); err != nil {
		return err
	}
	before := p.reads()
	if err := u.complete(ctx, to.ID); err != nil {
		return err
	}
	after := p.reads()
	c.Read, c.FromDisk = after.all-before.all, after.disk-before.disk
	return nil
}

// evict has nothing of a file, which is on disk, be in memory.
func evict(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED), f.Close())
}

// read takes what the plans of one request tell.
func (c *completion) read(plans []plan, trips int) {
	c.RoundTrips = trips
	writes := 0
	for _, p := range plans {
		if strings.Contains(p.Query, "from api_keys") {
			c.RoundTrips-- // of the cached kind: it comes up now and then
			continue
		}
		c.Queries++
		c.Plans = append(c.Plans, p.Root.String())
		if p.Root.writes() {
			writes++
		}
	}
	// What is no query begins a transaction or ends it. Without that, each that
	// writes is one of its own.
	if c.Transactions = (c.RoundTrips - c.Queries + 1) / 2; c.Transactions == 0 {
		c.Transactions = writes
	}
}

// writes says whether a plan changes anything.
func (n node) writes() bool {
	for _, below := range n.Plans {
		if below.writes() {
			return true
		}
	}
	return n.Type == "ModifyTable"
}

// methods counts requests by their method.
type methods struct {
	mu   sync.Mutex
	seen map[string]int
}

func (m *methods) counting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		if m.seen == nil {
			m.seen = map[string]int{}
		}
		m.seen[r.Method]++
		m.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// reset begins anew, and returns what was counted.
func (m *methods) reset() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := m.seen
	m.seen = nil
	return seen
}

// hash completes large backups whose checksum is forgotten, since they were
// uploaded to a process before, and has openssl hash as fast as it can, in turns.
func (c *completion) hash(ctx context.Context, h *testbed) error {
	source := filepath.Join(h.dir, "hashed")
	if err := os.WriteFile(source, bytes.Repeat([]byte(content), hashedSize/len(content)), 0o600); err != nil {
		return err
	}
	defer os.Remove(source)
	var hashed, possible []float64
	for range hashRounds {
		out, err := exec.CommandContext(ctx, "openssl", "speed", "-evp", "sha256", "-bytes", "16384", "-seconds", "1").Output()
		if err != nil {
			return fmt.Errorf("openssl: %w", err)
		}
		speed, err := readOpenSSL(string(out))
		if err != nil {
			return err
		}
		var took time.Duration
		if err := h.within(func() (err error) {
			took, err = h.hashes(ctx, source)
			return err
		}); err != nil {
			return err
		}
		hashed, possible = append(hashed, hashedSize/took.Seconds()), append(possible, speed)
	}
	c.Hashing, c.OpenSSL, c.Ratio = percentile(hashed, 50), percentile(possible, 50), pairedRatio(hashed, possible)
	return nil
}

// hashes uploads a file, and times its completion by the next process.
func (h *testbed) hashes(ctx context.Context, source string) (time.Duration, error) {
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return 0, err
	}
	u := &uploader{api: p}
	defer u.close()
	if u.key, err = h.embeddedKey(); err != nil {
		return 0, err
	}
	to, err := u.create(ctx, hashedSize)
	if err != nil {
		return 0, err
	}
	if err := u.putFile(ctx, to, source); err != nil {
		return 0, err
	}
	file, err := h.objectFile(to)
	if err != nil {
		return 0, err
	}
	defer os.Remove(file)
	u.close()
	if err := p.stop(ctx); err != nil {
		return 0, err
	}
	if u.api, err = h.product(ctx, "lox-embedded", h.embedded()); err != nil {
		return 0, err
	}
	began := time.Now()
	err = u.complete(ctx, to.ID)
	return time.Since(began), err
}

// opensslSpeed is the line of the figures, in thousands of bytes a second.
var opensslSpeed = regexp.MustCompile(`(?mi)^sha256\s+([0-9.]+)k\s*$`)

// readOpenSSL takes bytes a second from what openssl speed prints.
func readOpenSSL(out string) (float64, error) {
	found := opensslSpeed.FindStringSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("openssl speed prints\n%s", out)
	}
	thousands, err := strconv.ParseFloat(found[1], 64)
	return thousands * 1000, err
}

func (c *completion) print(w io.Writer) {
	if c == nil {
		return
	}
	fmt.Fprintf(w, "\nTo complete a backup whose checksum was declared takes %d queries in %d round trips, and of S3, if it is there, %v:\n",
		c.Queries, c.RoundTrips, c.S3)
	for _, p := range c.Plans {
		fmt.Fprint(w, indented(p))
	}
	fmt.Fprintf(w, "To complete one of 1 GiB without, the server reads %s bytes of connections and files (rchar of proc_pid_io(5)), and\n"+
		"%s from the disk, where all of the file is.\n", count(int(c.Read)), count(int(c.FromDisk)))
	fmt.Fprintf(w, "After a restart, 256 MiB are hashed at %s MB/s, and by openssl speed at %s MB/s.\n", count(int(c.Hashing/1e6)), count(int(c.OpenSSL/1e6)))
}
