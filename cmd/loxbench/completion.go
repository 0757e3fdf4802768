package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	sectionComplete = "complete"
	hashedSize      = 256 << 20
	hashRounds      = 3
	hashBar         = 0.9 // of what openssl speed hashes
)

// completion is what it costs to complete a backup.
type completion struct {
	// Of one whose checksum was declared, so that S3 has verified it.
	Queries      int            `json:"queries"`
	RoundTrips   int            `json:"round_trips"`
	Transactions int            `json:"writing_transactions"`
	S3           map[string]int `json:"s3_requests"` // by method
	Plans        []string       `json:"plans"`
	// Of one whose checksum wasn't: bytes per second, medians.
	Hashing float64 `json:"hashed_bytes_per_second,omitempty"`
	OpenSSL float64 `json:"openssl_bytes_per_second,omitempty"`
	Ratio   float64 `json:"ratio,omitempty"` // median over the rounds
}

func (r *report) complete(ctx context.Context, h *house, _ scale, on *side) error {
	r.Completion = &completion{}
	if err := r.Completion.count(ctx, h, on); err != nil {
		return fmt.Errorf("a declared checksum: %w", err)
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
		hold("complete without: hashing 256 MiB", ofOpenSSL, 0, r.Completion.Ratio, hashBar))
	return nil
}

// count asks a server whose database sessions explain themselves, and whose
// requests to S3 go by way of a proxy that counts them.
func (c *completion) count(ctx context.Context, h *house, on *side) error {
	store, err := h.openStore(ctx, explaining, 1)
	if err != nil {
		return err
	}
	var seen methods
	to, err := url.Parse(h.s3)
	if err != nil {
		return err
	}
	counting := httptest.NewServer(seen.counting(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // is signed
	}}))
	h.closing(func(context.Context) error { counting.Close(); return nil })
	blobs, err := openBucket(ctx, counting.URL)
	if err != nil {
		return err
	}
	h.closing(func(context.Context) error { blobs.Close(); return nil })
	addr, err := h.serve(ctx, store, blobs)
	if err != nil {
		return err
	}
	u := &uploader{api: &process{addr: addr}, key: on.key}
	defer u.close()
	sum := sha256.Sum256([]byte(content[:cycleSize]))
	for range 2 { // the first has the statements prepared
		upload, err := u.create(ctx, cycleSize, fmt.Sprintf(`, "checksum": "sha256:%x"`, sum))
		if err != nil {
			return err
		}
		if err := u.put(ctx, upload, content[:cycleSize]); err != nil {
			return err
		}
		h.plans.reset()
		seen.reset()
		if _, err := store.CountTenants(ctx); err != nil { // marks the beginning
			return err
		}
		if err := u.complete(ctx, upload.ID); err != nil {
			return err
		}
		c.S3 = seen.reset()
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

// hash completes large backups whose checksum nobody knows, and has openssl
// hash as fast as it can, in turns.
func (c *completion) hash(ctx context.Context, h *house) error {
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return err
	}
	u := &uploader{api: p}
	defer u.close()
	if u.key, err = h.embeddedKey(); err != nil {
		return err
	}
	large := strings.Repeat(content, hashedSize/len(content))
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
		upload, err := u.create(ctx, hashedSize)
		if err != nil {
			return err
		}
		if err := u.put(ctx, upload, large); err != nil {
			return err
		}
		began := time.Now()
		if err := u.complete(ctx, upload.ID); err != nil {
			return err
		}
		hashed, possible = append(hashed, hashedSize/time.Since(began).Seconds()), append(possible, speed)
	}
	c.Hashing, c.OpenSSL, c.Ratio = percentile(hashed, 50), percentile(possible, 50), pairedRatio(hashed, possible)
	return nil
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
	fmt.Fprintf(w, "\nTo complete a backup whose checksum was declared takes %d queries in %d round trips, and of S3 %v:\n",
		c.Queries, c.RoundTrips, c.S3)
	for _, p := range c.Plans {
		fmt.Fprint(w, indented(p))
	}
	fmt.Fprintf(w, "Without it, 256 MiB are hashed at %s MB/s, and by openssl speed at %s MB/s.\n", count(int(c.Hashing/1e6)), count(int(c.OpenSSL/1e6)))
}
