package server_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// TestDocs reads the reference page as a person would, in a browser that can
// reach this server alone, and tries the API out on it.
func TestDocs(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	h := open(t, setup{})
	site := h.http.URL

	b.do(chromedp.Navigate(site + "/docs"))
	for id := range operationsOf(document()) {
		b.do(chromedp.WaitVisible(opblock(id)))
	}
	assert.Equal(t, "LOX API", run(b, chromedp.Title()))
	require.Equal(t, site+"/api", run(b, chromedp.Value(chromedp.CSS(".servers select"))))
	b.screenshot("docs")

	b.expand("listBackups")
	for _, p := range operationsOf(document())["listBackups"].Parameters {
		b.do(chromedp.WaitVisible(chromedp.CSS(fmt.Sprintf("[data-param-name=%q]", p.Value.Name))))
	}

	// Without a key the API refuses, and the page shows how.
	refused := b.tryOut("listBackups")
	assert.Equal(t, "401", refused.status)
	assert.Equal(t, "authentication_error", problemOf(t, []byte(refused.body)).code)
	b.complains("401 (Unauthorized)") // as a browser does of any such response

	b.authorize(h.key)
	b.expand("createBackup")
	created := b.tryOut("createBackup") // with the document's example
	require.Equal(t, "201", created.status, created.body)
	b.collapse("createBackup")
	b.clear("listBackups")
	listed := b.execute("listBackups")
	require.Equal(t, "200", listed.status, listed.body)
	var page client.BackupList
	require.NoError(t, json.Unmarshal([]byte(listed.body), &page))
	require.Len(t, page.Backups, 1)
	assert.Contains(t, created.body, page.Backups[0].ID)
	b.screenshot("docs-tried-out")

	// What is typed into a parameter is sent.
	b.expand("getBackup")
	b.do(
		chromedp.Click(in("getBackup", ".try-out__btn")),
		chromedp.SendKeys(in("getBackup", "[data-param-name=id] input"), page.Backups[0].ID),
	)
	got := b.execute("getBackup")
	assert.Equal(t, "200", got.status, got.body)
	b.collapse("getBackup")

	b.do(chromedp.EmulateViewport(400, 800))
	assert.LessOrEqual(t, run(b, chromedp.Evaluate[int]("document.documentElement.scrollWidth")), 400, "nothing may stick out sideways")
	b.screenshot("docs-narrow")
	b.do(chromedp.EmulateViewport(1280, 900))
	b.prefers("dark")
	b.do(chromedp.WaitReady(chromedp.CSS("html.dark-mode")))
	b.screenshot("docs-dark")

	// The key is gone with the page.
	b.do(chromedp.Reload(), chromedp.WaitVisible(opblock("listBackups")))
	assert.Zero(t, run(b, chromedp.Evaluate[int]("localStorage.length + sessionStorage.length + document.cookie.length")))
	b.do(chromedp.WaitVisible(chromedp.CSS(".authorize.unlocked")))

	b.mutex.Lock()
	defer b.mutex.Unlock()
	assert.Empty(t, b.complaints)
	for _, url := range b.requested {
		assert.True(t, strings.HasPrefix(url, site+"/") || strings.HasPrefix(url, "data:"), "requested %s", url)
	}
	assert.Contains(t, b.requested, site+"/docs/swagger-ui-bundle.js")
}

func TestDocsFiles(t *testing.T) {
	t.Parallel()
	site := open(t, setup{}).http.URL
	// The transport must neither ask for compression nor follow redirects.
	plain := &http.Client{
		Transport:     &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	get := func(path string, header ...string) (*http.Response, []byte) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site+path, nil)
		require.NoError(t, err)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := plain.Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp, body
	}

	for path, contentType := range map[string]string{
		"/docs":                      "text/html; charset=utf-8",
		"/docs/docs.js":              "text/javascript; charset=utf-8",
		"/docs/docs.css":             "text/css; charset=utf-8",
		"/docs/icon.svg":             "image/svg+xml",
		"/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
		"/docs/swagger-ui.css":       "text/css; charset=utf-8",
	} {
		resp, body := get(path)
		require.Equal(t, http.StatusOK, resp.StatusCode, path)
		assert.Equal(t, contentType, resp.Header.Get("Content-Type"), path)
		assert.Empty(t, resp.Header.Get("Content-Encoding"), path)
		assert.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"), path)
		assert.Equal(t, "no-referrer", resp.Header.Get("Referrer-Policy"), path)
		assert.Equal(t, "no-cache", resp.Header.Get("Cache-Control"), path)
		policy := resp.Header.Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'", path)
		assert.Contains(t, policy, "frame-ancestors 'none'", path)
		assert.NotContains(t, policy, "unsafe", path)

		compressed, packed := get(path, "Accept-Encoding", "gzip, br")
		if compressed.Header.Get("Content-Encoding") == "gzip" {
			unpack, err := gzip.NewReader(strings.NewReader(string(packed)))
			require.NoError(t, err, path)
			packed, err = io.ReadAll(unpack)
			require.NoError(t, err, path)
		}
		assert.Equal(t, body, packed, path)
		again, none := get(path, "Accept-Encoding", "gzip, br", "If-None-Match", compressed.Header.Get("ETag"))
		assert.Equal(t, http.StatusNotModified, again.StatusCode, path)
		assert.Empty(t, none, path)
	}

	slash, _ := get("/docs/")
	assert.Equal(t, http.StatusMovedPermanently, slash.StatusCode)
	assert.Equal(t, "../docs", slash.Header.Get("Location"))
	missing, body := get("/docs/nothing")
	assert.Equal(t, http.StatusNotFound, missing.StatusCode)
	assert.Equal(t, "not_found", problemOf(t, body).code)
}

func operationsOf(doc *openapi3.T) map[string]*openapi3.Operation {
	found := map[string]*openapi3.Operation{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			found[op.OperationID] = op
		}
	}
	return found
}

// opblock is the part of the page that shows an operation.
func opblock(operationID string) chromedp.CSS {
	return chromedp.CSS(fmt.Sprintf(".opblock[id$=%q]", "-"+operationID))
}

func in(operationID, selector string) chromedp.CSS {
	return opblock(operationID) + " " + chromedp.CSS(selector)
}

// browser is a headless Chromium with one tab, and what happened in it.
type browser struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // how chromedp refers to a tab

	mutex      sync.Mutex
	requested  []string
	complaints []string // errors and warnings of the console, exceptions, violations of the policy
}

const browserTimeout = 3 * time.Minute // on a machine that runs all tests at once

func openBrowser(t *testing.T) *browser {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"}
	at := slices.IndexFunc(names, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if at < 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("Chromium is not installed: .ci/deps chromium")
		}
		t.Skip("Chromium is not installed: .ci/deps chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(names[at]),
		chromedp.WindowSize(1280, 900),
		// Nothing but the test's own server has an address.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	if os.Geteuid() == 0 { // as whom Chromium has no sandbox
		options = append(options, chromedp.NoSandbox)
	}
	b := &browser{t: t}
	// The test's own context would kill it, and leave its files behind.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), browserTimeout)
	t.Cleanup(cancel)
	b.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithAllocatorOptions(options...), chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	t.Cleanup(func() { assert.NoError(t, chromedp.Cancel(b.ctx)) })
	b.do() // starts it
	return b
}

func (b *browser) hear(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requested = append(b.requested, e.Request.URL)
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, fmt.Sprint(e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.complaints = append(b.complaints, fmt.Sprint(e.Type, e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.complaints = append(b.complaints, e.Entry.Text)
		}
	}
}

// complains expects a complaint, which then counts for nothing.
func (b *browser) complains(of string) {
	b.t.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	at := slices.IndexFunc(b.complaints, func(c string) bool { return strings.Contains(c, of) })
	require.NotEqual(b.t, -1, at, "no %q in %q", of, b.complaints)
	b.complaints = slices.Delete(b.complaints, at, at+1)
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	err := chromedp.Do(b.ctx, steps...)
	b.mutex.Lock()
	defer b.mutex.Unlock()
	require.NoError(b.t, err, "the browser said %q", b.complaints)
}

func run[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, action)
	require.NoError(b.t, err)
	return value
}

func (b *browser) expand(operationID string) {
	b.t.Helper()
	b.do(chromedp.Click(in(operationID, ".opblock-summary-control")), chromedp.WaitVisible(in(operationID, ".opblock-body")))
}

func (b *browser) collapse(operationID string) {
	b.t.Helper()
	b.do(chromedp.Click(in(operationID, ".opblock-summary-control")), chromedp.WaitNotPresent(in(operationID, ".opblock-body")))
}

func (b *browser) authorize(key string) {
	b.t.Helper()
	b.do(
		chromedp.Click(chromedp.CSS(".auth-wrapper > .authorize")),
		chromedp.SendKeys(chromedp.CSS("#auth-bearer-value"), key),
		chromedp.Click(chromedp.CSS(".modal-ux .auth.authorize")),
		chromedp.Click(chromedp.CSS(".modal-ux .btn-done")),
		chromedp.WaitVisible(chromedp.CSS(".auth-wrapper > .authorize.locked")),
	)
}

const liveResponse = ".live-responses-table .response"

// clear removes the response of an execution.
func (b *browser) clear(operationID string) {
	b.t.Helper()
	b.do(chromedp.Click(in(operationID, ".btn-clear")), chromedp.WaitNotPresent(in(operationID, liveResponse)))
}

type tried struct{ status, body string }

// tryOut executes an operation with what the page proposes: no parameters, and
// the example for a body.
func (b *browser) tryOut(operationID string) tried {
	b.t.Helper()
	b.do(chromedp.Click(in(operationID, ".try-out__btn")))
	return b.execute(operationID)
}

func (b *browser) execute(operationID string) tried {
	b.t.Helper()
	answer := in(operationID, liveResponse)
	b.do(chromedp.Click(in(operationID, ".execute")), chromedp.WaitVisible(answer))
	return tried{
		status: strings.TrimSpace(run(b, chromedp.Text(answer+" .response-col_status"))),
		body:   run(b, chromedp.TextContent(answer+" .highlight-code code")),
	}
}

func (b *browser) prefers(scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(b.t, err)
}

// screenshot leaves a picture of the whole page for a person to look at.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	const settled = "Promise.allSettled(document.getAnimations().map((a) => a.finished)).then(() => true)"
	require.True(b.t, run(b, chromedp.Evaluate[bool](settled, chromedp.EvalAwaitPromise)))
	dir := os.Getenv("LOX_TEST_SCREENSHOTS")
	if dir == "" {
		dir = filepath.Join("..", ".cache", "screenshots")
	}
	require.NoError(b.t, os.MkdirAll(dir, 0o755))
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), run(b, chromedp.FullScreenshot(100)), 0o644))
}
