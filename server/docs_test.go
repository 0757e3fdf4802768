package server_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocs uses the reference page as a person would, in a browser that can only reach this
// machine.
func TestDocs(t *testing.T) {
	t.Parallel()
	site := openDocs(t)
	t.Run("reading", func(t *testing.T) {
		t.Parallel()
		testDocsReading(t, site)
	})
	t.Run("sending requests", func(t *testing.T) {
		t.Parallel()
		testDocsRequests(t, site)
	})
	t.Run("storing a file", func(t *testing.T) {
		t.Parallel()
		testDocsStore(t, site)
	})
	for _, scheme := range []string{"light", "dark"} {
		for _, window := range docsWindows {
			t.Run(fmt.Sprintf("accessible %s %d", scheme, window.width), func(t *testing.T) {
				t.Parallel()
				testDocsAccessible(t, site, scheme, window)
			})
		}
	}
}

type docsWindow struct{ width, height int64 }

var (
	wide        = docsWindow{1440, 900}
	narrow      = docsWindow{390, 844}
	docsWindows = []docsWindow{wide, narrow}
)

// visit opens the page, at an anchor or at its top, and waits until it is rendered.
func (b *browser) visit(site *docsSite, window docsWindow, anchor string) {
	b.t.Helper()
	b.do(
		chromedp.EmulateViewport(window.width, window.height),
		chromedp.Navigate("about:blank"),
		chromedp.Navigate(site.url+"/docs"+anchor),
		chromedp.WaitVisible(chromedp.CSS("h1")),
	)
	id := "description/introduction"
	if anchor != "" {
		id = anchor[1:]
	}
	b.eventually("document.fonts.status === 'loaded' && %s", inView(section(id)))
}

// section is a part of the page that has an anchor.
func section(anchor string) string { return fmt.Sprintf("document.getElementById(%q)", "lox/"+anchor) }

// inView tells whether a part of an element is in the window, below the sticky header.
func inView(element string) string {
	return fmt.Sprintf("((e) => { const r = e?.getBoundingClientRect(); "+
		"return Boolean(r) && r.height > 0 && r.top < innerHeight - 20 && r.bottom > 60 && r.left >= 0 && r.left < innerWidth })(%s)", element)
}

// wholly tells whether an element is in the window with all of its text.
func wholly(element string) string {
	return fmt.Sprintf("((e) => { const r = e?.getBoundingClientRect(); "+
		"return Boolean(r) && r.height > 0 && r.top >= 0 && r.bottom <= innerHeight && r.left >= 0 && r.right <= innerWidth })(%s)", element)
}

func slugOf(tag string) string { return strings.ReplaceAll(strings.ToLower(tag), " ", "-") }

func anchorOf(op docsOperation) string {
	return "tag/" + slugOf(op.tag) + "/" + op.id
}

func testDocsReading(t *testing.T, site *docsSite) {
	b := openBrowser(t)
	doc := site.document
	first := "#" + anchorOf(doc.operations["listBackups"])

	b.visit(site, wide, "")
	assert.Equal(t, "LOX API", run(b, chromedp.Title()))
	b.screenshot("docs")

	// The sidebar lists the guide, the operations and the events.
	for _, tag := range doc.tags {
		b.eventually("document.querySelector('aside a[href=\"#tag/%s\"]')", slugOf(tag))
	}
	for _, op := range doc.operations {
		b.eventually("document.querySelector('aside a[href=%q]')", "#"+anchorOf(op))
	}
	for _, event := range doc.events {
		b.eventually("document.querySelector('aside a[href$=%q]')?.textContent.includes(%[1]q)", event)
	}
	assert.True(t, eval[bool](b, wholly("document.querySelector('aside a[href=%q]')"), first), "the first operation is on the first screen")

	// The page has the text of the guide.
	b.visit(site, wide, "#tag/authentication")
	b.eventually("%s.textContent.trim().length > 'Authentication'.length", section("tag/authentication"))

	// An anchor leads to its operation, even after a reload.
	create := doc.operations["createBackup"]
	b.visit(site, wide, "#"+anchorOf(create))
	b.eventually("location.hash === %q", "#"+anchorOf(create))
	b.do(chromedp.Reload())
	b.eventually(inView(section(anchorOf(create)) + "?.querySelector('h3')"))
	assert.Equal(t, "#"+anchorOf(create), eval[string](b, "location.hash"))
	text := eval[string](b, "%s.innerText", section(anchorOf(create)))
	assert.Contains(t, text, "Required scope: "+create.scope)
	assert.Contains(t, text, "Rate limit class: "+create.rateClass)
	assert.NotContains(t, eval[string](b, "document.body.textContent"), "x-error-messages")
	b.screenshot("docs-operation")

	// Each operation has its samples in all languages.
	for _, op := range doc.operations {
		var languages []string
		for _, sample := range op.samples {
			languages = append(languages, sample.language)
		}
		assert.Equal(t, docsLanguages, languages, op.id)
	}
	for _, sample := range create.samples {
		b.choose(section(anchorOf(create)), sample.language)
		line, _, _ := strings.Cut(strings.TrimSpace(sample.source), "\n")
		b.eventually("%s.querySelector('.scalar-card').textContent.includes(%q)", section(anchorOf(create)), line)
	}

	// An event has a section of its own.
	event := eval[string](b, "document.querySelector('aside a[href$=\"/backup.completed\"]').getAttribute('href')")
	b.visit(site, wide, event)
	assert.Contains(t, eval[string](b, "%s.innerText", section(event[1:])), "backup.completed")
	b.screenshot("docs-event")

	// The search leads to an operation.
	b.do(chromedp.Click(chromedp.CSS("aside button:has(.sidebar-search-placeholder)")))
	b.eventually("document.activeElement.role === 'combobox'")
	b.do(chromedp.KeyEvent("Create an API key"))
	const result = `document.querySelector('[role="dialog"] [role="option"][id$="createApiKey"]')`
	b.eventually(result)
	b.screenshot("docs-search")
	eval[any](b, result+".click()")
	b.eventually(inView(section("tag/tenant/createApiKey")))

	// In a narrow window, operations are visible at once and nothing is wider than the window.
	b.visit(site, narrow, "")
	const link = ".introduction-description a[href=%q]"
	assert.True(t, eval[bool](b, wholly("document.querySelector('"+link+"')"), first), "the first operation is on the first screen")
	b.screenshot("docs-narrow")
	for _, anchor := range []string{"", "#" + anchorOf(create), event, "#tag/store-a-file"} {
		b.visit(site, narrow, anchor)
		assert.LessOrEqual(t, eval[int](b, "document.documentElement.scrollWidth"), 390, "%q sticks out sideways", anchor)
	}
	b.visit(site, narrow, "")
	eval[any](b, "document.querySelector('"+link+"').click()", first)
	b.eventually(inView(section(first[1:])))
	b.screenshot("docs-narrow-operation")

	// The colours follow the system's setting, even when it changes.
	b.prefers("dark")
	b.eventually("document.body.classList.contains('dark-mode')")
	b.visit(site, narrow, "")
	b.screenshot("docs-narrow-dark")
	b.visit(site, wide, "")
	b.screenshot("docs-dark")
	b.visit(site, wide, "#"+anchorOf(create))
	b.screenshot("docs-operation-dark")

	// An anchor leads to its section even if rendering takes longer than Scalar waits.
	b.rendersLate()
	b.visit(site, wide, "#"+anchorOf(create))
	eval[any](b, "history.replaceState(null, '', '#tag/webhooks')") // as Scalar does when another section scrolls into the window
	b.eventually("location.hash === %q", "#"+anchorOf(create))
	b.do(chromedp.Reload())
	b.eventually(inView(section(anchorOf(create)) + "?.querySelector('h3')"))
	b.isQuiet(site)
}

// choose selects a language of the code samples in a section.
func (b *browser) choose(section, language string) {
	b.t.Helper()
	const picker = `%s.querySelector('button[aria-label^="Change code sample language"]')`
	b.eventually(picker, section)
	eval[any](b, picker+".click()", section)
	option := fmt.Sprintf(`[...document.querySelectorAll('[role="option"]')].find((e) => e.textContent.trim() === %q)`, language)
	b.eventually("%s", option)
	eval[any](b, "%s.click()", option)
}

// isQuiet checks that the page has stored only the language of the code samples, made no request to
// other hosts, and logged no error.
func (b *browser) isQuiet(site *docsSite) {
	b.t.Helper()
	assert.Empty(b.t, eval[[]string](b, "Object.keys(localStorage).filter((key) => key !== 'scalar-reference-selected-client-v2')"))
	assert.Zero(b.t, eval[int](b, "sessionStorage.length + document.cookie.length"))
	assert.Zero(b.t, eval[int](b, "indexedDB.databases().then((all) => all.length)"))
	b.mutex.Lock()
	defer b.mutex.Unlock()
	assert.Empty(b.t, b.complaints)
	for _, url := range b.requested {
		assert.True(b.t, strings.HasPrefix(url, site.url+"/") || strings.HasPrefix(url, "data:") || url == "about:blank", "requested %s", url)
	}
	assert.Contains(b.t, b.requested, site.url+"/docs/scalar.js")
}

func TestDocsFiles(t *testing.T) {
	t.Parallel()
	// The page may send files to S3, and to the address that upload URLs begin with.
	site := open(t, setup{publicURL: "https://lox.example.com/backups", origins: []string{"https://s3.example.com"}}).http.URL
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
		"/docs":                    "text/html; charset=utf-8",
		"/docs/anchor.js":          "text/javascript; charset=utf-8",
		"/docs/docs.css":           "text/css; charset=utf-8",
		"/docs/docs.js":            "text/javascript; charset=utf-8",
		"/docs/document.js":        "text/javascript; charset=utf-8",
		"/docs/icon.svg":           "image/svg+xml",
		"/docs/mend.js":            "text/javascript; charset=utf-8",
		"/docs/scalar-license.txt": "text/plain; charset=utf-8",
		"/docs/scalar.js":          "text/javascript; charset=utf-8",
		"/docs/store.js":           "text/javascript; charset=utf-8",
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
		assert.Contains(t, policy, "script-src 'self';", path)
		assert.Contains(t, policy, "style-src 'self' 'unsafe-inline';", path)
		assert.Equal(t, 1, strings.Count(policy, "unsafe"), path)

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

	resp, _ := get("/docs")
	assert.Contains(t, resp.Header.Get("Content-Security-Policy"), "; connect-src 'self' https://s3.example.com https://lox.example.com;")
	slash, _ := get("/docs/")
	assert.Equal(t, http.StatusMovedPermanently, slash.StatusCode)
	assert.Equal(t, "../docs", slash.Header.Get("Location"))
	missing, body := get("/docs/nothing")
	assert.Equal(t, http.StatusNotFound, missing.StatusCode)
	assert.Equal(t, "not_found", problemOf(t, body).code)
}
