package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/server/servertest"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const day = 24 * time.Hour

// epoch is the time at which the clock of the tests begins.
var epoch = time.Date(2024, 1, 20, 12, 0, 0, 0, time.UTC)

// terminalWidth is how many columns the terminal of the tests has.
const terminalWidth = 80

// testenv is a real server with a tenant, and the environment of a user of the client.
type testenv struct {
	t      *testing.T
	store  *store.Grouped
	tenant lox.Tenant
	key    string
	url    string
	// before may answer a request instead of the server. Then it returns true.
	before atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
	// now is the clock of the server and the client, in Unix seconds.
	now atomic.Int64

	env     map[string]string
	program *program
	// paused are the durations for which the client would have waited.
	mu     sync.Mutex
	paused []time.Duration
	in     io.Reader
	// stderr, if set, gets the standard error instead of result.err.
	stderr io.Writer
}

// open starts a server. If limits is nil, the rate limits are those of the plans times a thousand.
func open(t *testing.T, limits func(lox.Plan, lox.RateClass) lox.RateLimit) *testenv {
	t.Helper()
	h := &testenv{t: t, store: storetest.New(t), in: strings.NewReader("")}
	h.now.Store(epoch.Unix())
	h.tenant, h.key = h.newTenant("Example Ltd", lox.PlanPro)
	h.url = h.serve(limits)
	h.env = map[string]string{urlVariable: h.url, keyVariable: h.key}
	config := t.TempDir()
	h.program = &program{
		Options: Options{
			Version:          "1.2.3",
			Embedded:         func() (string, string) { return "127.0.0.1:1", filepath.Join(config, "no-data") },
			CheckEnvironment: func() error { return nil },
		},
		getenv: func(name string) string { return h.env[name] }, configDir: func() (string, error) { return filepath.Join(config, "config"), nil },
		cacheDir: func() (string, error) { return filepath.Join(config, "cache"), nil },
		now:      h.clock, pause: h.pause, ticks: ticks, width: func(io.Writer) int { return terminalWidth }, timeout: requestTimeout,
	}
	return h
}

func (h *testenv) clock() time.Time { return time.Unix(h.now.Load(), 0).UTC() }

// pause advances the clock instead of waiting.
func (h *testenv) pause(_ context.Context, d time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.paused = append(h.paused, d)
	h.now.Add(int64((d + time.Second - 1) / time.Second))
	return nil
}

func (h *testenv) newTenant(name string, plan lox.Plan, scopes ...lox.Scope) (lox.Tenant, string) {
	h.t.Helper()
	tenant, err := lox.NewTenant(name, plan, nil, epoch)
	require.NoError(h.t, err)
	stored, key := storetest.NewKey(h.t, tenant.ID, epoch, scopes...)
	require.NoError(h.t, h.store.CreateTenant(h.t.Context(), tenant, stored, storetest.By))
	return tenant, key
}

// newKey gives the tenant another key.
func (h *testenv) newKey(change func(*lox.APIKey), scopes ...lox.Scope) (lox.APIKey, string) {
	h.t.Helper()
	stored, key := storetest.NewKey(h.t, h.tenant.ID, epoch, scopes...)
	change(&stored)
	require.NoError(h.t, h.store.CreateAPIKey(h.t.Context(), stored, storetest.By))
	return stored, key
}

func (h *testenv) serve(limits func(lox.Plan, lox.RateClass) lox.RateLimit) string {
	return servertest.Serve(h.t, servertest.Config{Store: h.store, Clock: h.clock, Limits: limits, Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if before := h.before.Load(); before != nil && (*before)(w, r) {
				return
			}
			next.ServeHTTP(w, r)
		})
	}})
}

// result is the output and the exit code of a command.
type result struct {
	out, err string
	code     int
}

// run runs a command as package main does.
func (h *testenv) run(args ...string) result {
	h.t.Helper()
	return h.runContext(h.t.Context(), args...)
}

func (h *testenv) runContext(ctx context.Context, args ...string) result {
	h.t.Helper()
	var out, errOut bytes.Buffer
	root := &cobra.Command{Use: "lox", SilenceUsage: true, SilenceErrors: true}
	root.AddGroup(&cobra.Group{ID: GroupID, Title: "Client:"})
	root.AddCommand(h.program.commands()...)
	root.SetArgs(args)
	root.SetIn(h.in)
	root.SetOut(&out)
	root.SetErr(&errOut)
	if h.stderr != nil {
		root.SetErr(h.stderr)
	}
	err := root.ExecuteContext(ctx)
	if err != nil {
		errOut.WriteString("lox: " + err.Error() + "\n")
	}
	r := result{out.String(), errOut.String(), ExitCode(err)}
	assert.NotContains(h.t, r.out+r.err, h.key, "%q prints a key", args)
	assert.NotContains(h.t, r.out+r.err, "\x1b", "untrusted text controls the terminal")
	return r
}

// must runs a command that must succeed, and returns its output. Lines that aren't JSON must fit the terminal.
func (h *testenv) must(args ...string) string {
	h.t.Helper()
	r := h.run(args...)
	require.Zero(h.t, r.code, "%q: %s", args, r.err)
	if !strings.Contains(strings.Join(args, " "), "--json") {
		for line := range strings.Lines(r.out) {
			assert.LessOrEqual(h.t, runewidth.StringWidth(strings.TrimSuffix(line, "\n")), terminalWidth, line)
		}
	}
	return r.out
}

// fails runs a command that must fail with an exit code, and returns its standard error.
func (h *testenv) fails(code int, args ...string) string {
	h.t.Helper()
	r := h.run(args...)
	assert.Equal(h.t, code, r.code, "%q: %s", args, r.err)
	assert.Empty(h.t, r.out, "%q", args)
	return r.err
}

// varying matches text that differs from run to run. The keys are the replacements.
var varying = map[string]*regexp.Regexp{
	"${1}_00000000000000000000000000": regexp.MustCompile(`(bkp|ten|key|whk|dlv|evt)_[0-9a-z]{26}`),
	"${1}…0000":                       regexp.MustCompile(`(bkp|ten|key|whk|dlv|evt)…[0-9a-z]{4}`),
	"lox_0000…0000":                   regexp.MustCompile(`lox_[0-9A-Za-z]{4}…[0-9A-Za-z]{4}`),
	"http://127.0.0.1:8080":           regexp.MustCompile(`http://127\.0\.0\.1:\d+`),
	"${1}0000":                        regexp.MustCompile(`((?:API key|Secret)\s+(?:lox_|whsec_))\S+`),
}

// masked replaces the text that differs from run to run.
func masked(text string) string {
	for by, what := range varying {
		text = what.ReplaceAllString(text, by)
	}
	return text
}

func regexpQuote(s string) string { return regexp.QuoteMeta(s) }

// golden compares masked output with the wanted text, which begins with an empty line.
func golden(t *testing.T, want, got string) {
	t.Helper()
	assert.Equal(t, want, "\n"+masked(got))
}

// keep creates a backup with a status.
func (h *testenv) keep(n lox.NewBackup, at time.Time, status lox.Status) lox.Backup {
	h.t.Helper()
	b := n.Pending(h.tenant.ID, at, time.Hour)
	require.NoError(h.t, h.store.CreateBackup(h.t.Context(), b, storetest.By))
	switch status {
	case lox.StatusCompleted:
		sum := lox.Checksum(sha256.Sum256([]byte(n.Name)))
		done := at.Add(time.Minute)
		ok, err := h.store.Complete(h.t.Context(), b, lox.Verified{Checksum: sum, At: done, Event: b.Completed(sum, done, storetest.By)})
		require.NoError(h.t, err)
		require.True(h.t, ok)
	case lox.StatusFailed:
		failed := at.Add(2 * time.Hour)
		ok, err := h.store.Fail(h.t.Context(), b, lox.Failure{
			Text: lox.FailureUploadTimeout, At: failed, Event: b.Failed(lox.FailureUploadTimeout, failed, storetest.By),
		})
		require.NoError(h.t, err)
		require.True(h.t, ok)
	}
	return b
}
