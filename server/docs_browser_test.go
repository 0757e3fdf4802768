package server_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser is a headless Chromium with one tab, and the events in it.
type browser struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // how chromedp refers to a tab

	// downloaded receives the path of each file that the browser saves.
	downloaded chan string

	mutex      sync.Mutex
	requested  []string
	complaints []string // errors and warnings of the console, exceptions, violations of the policy
}

const browserTimeout = 8 * time.Minute // on a machine that runs all tests at once

// browsers limits how many run at once, because each needs hundreds of megabytes.
var browsers = make(chan struct{}, 3)

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
		// Only the test's own server can be resolved.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	if os.Geteuid() == 0 { // Chromium has no sandbox as root
		options = append(options, chromedp.NoSandbox)
	}
	browsers <- struct{}{}
	t.Cleanup(func() { <-browsers })
	b := &browser{t: t, downloaded: make(chan string, 1)}
	// Cancelling the test's own context would kill the browser, which would leave its files.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), browserTimeout)
	t.Cleanup(cancel)
	b.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithAllocatorOptions(options...), chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	t.Cleanup(func() { assert.NoError(t, chromedp.Cancel(b.ctx)) })
	b.do() // starts it
	require.NoError(t, chromedp.ListenBrowser(b.ctx, b.hearDownloads))
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

// complains expects an error or warning, and removes it.
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

func (b *browser) prefers(scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(b.t, err)
}

// rendersLate makes pages that are opened later find no section in their first 3 seconds. Scalar
// looks for one second.
func (b *browser) rendersLate() {
	b.t.Helper()
	const late = `{
		const find = document.getElementById.bind(document);
		document.getElementById = (id) => performance.now() < 3_000 && id.startsWith("lox/") ? null : find(id);
	}`
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: late})
	require.NoError(b.t, err)
}

// screenshot saves a picture of the window for a person to look at.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	const settled = "Promise.race([new Promise((done) => setTimeout(done, 3000)), " +
		"Promise.allSettled(document.getAnimations().map((a) => a.finished))]).then(() => true)"
	require.True(b.t, run(b, chromedp.Evaluate[bool](settled, chromedp.EvalAwaitPromise)))
	dir := os.Getenv("LOX_TEST_SCREENSHOTS")
	if dir == "" {
		dir = filepath.Join("..", ".cache", "screenshots")
	}
	require.NoError(b.t, os.MkdirAll(dir, 0o755))
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), run(b, chromedp.CaptureScreenshot()), 0o644))
}

// saveDownloads has the browser save downloads into dir without asking.
func (b *browser) saveDownloads(dir string) {
	b.t.Helper()
	_, err := chromedp.CallBrowser(b.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, EventsEnabled: new(true),
	})
	require.NoError(b.t, err)
}

func (b *browser) hearDownloads(event any) {
	e, ok := event.(*cdpbrowser.EventDownloadProgress)
	if ok && e.State == cdpbrowser.DownloadProgressStateCompleted {
		b.downloaded <- e.FilePath
	}
}

// eventually waits until an expression in JavaScript is true. The page evaluates it, because
// chromedp.Poll needs a function made from a string, which the page's policy forbids.
func (b *browser) eventually(expression string, args ...any) {
	b.t.Helper()
	expression = fmt.Sprintf(expression, args...)
	const wait = `new Promise((done) => {
		const until = Date.now() + 60_000;
		const look = () => (%s) ? done(true) : Date.now() > until ? done(false) : setTimeout(look, 50);
		look();
	})`
	if !eval[bool](b, wait, expression) {
		const state = `JSON.stringify({address: location.href, visible: document.visibilityState, ready: document.readyState, scrolled: scrollY,
			height: document.documentElement.scrollHeight, window: [innerWidth, innerHeight], sections: document.querySelectorAll('[id^="lox/"]').length})`
		now := eval[string](b, state)
		b.mutex.Lock()
		defer b.mutex.Unlock()
		require.Fail(b.t, "never true: "+expression, "the page: %s; the browser said %q", now, b.complaints)
	}
}

// eval returns the value of an expression in JavaScript.
func eval[T any](b *browser, expression string, args ...any) T {
	b.t.Helper()
	return run(b, chromedp.Evaluate[T](fmt.Sprintf(expression, args...), chromedp.EvalAwaitPromise))
}
