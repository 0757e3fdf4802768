package server_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const axeFile = "../.cache/reference/node_modules/axe-core/axe.min.js"

// testDocsAccessible has axe-core check the page for accessibility.
func testDocsAccessible(t *testing.T, site *docsSite, scheme string, window docsWindow) {
	axe, err := os.ReadFile(axeFile)
	if os.IsNotExist(err) {
		if os.Getenv("CI") == "true" {
			t.Fatal("axe-core is not installed: openapi/reference/install")
		}
		t.Skip("axe-core is not installed: openapi/reference/install")
	}
	require.NoError(t, err)
	b := openBrowser(t)
	b.prefers(scheme)
	visit := func(anchor string) {
		t.Helper()
		b.visit(site, window, anchor)
		b.eventually("document.body.classList.contains('%s-mode')", scheme)
		eval[any](b, "%s", string(axe)+"; undefined")
	}
	menu := func() {
		t.Helper()
		visit("")
		eval[any](b, `[...document.querySelectorAll("button")].find((e) => e.offsetHeight > 0 && /menu/i.test(e.textContent)).click()`)
		b.eventually(inView(`[...document.querySelectorAll('aside a[href="#tag/backups/listBackups"]')].find((e) => e.offsetHeight > 0)`))
		b.screenshot(fmt.Sprintf("docs-narrow-menu-%s", scheme))
		b.hasNoFaults("the menu", `document.querySelector("aside")`)
	}

	// Colours depend on the scheme and the layout depends on the width, so two of the four combinations
	// cover both. The other two check what only one width has: the menu, and the sidebar.
	if (scheme == "light") != (window == wide) {
		if window == narrow {
			menu()
		} else {
			visit("")
			b.hasNoFaults("the sidebar", `document.querySelector("aside")`)
		}
		return
	}
	visit("")
	b.renderAll(site)
	b.hasNoFaults("all sections", "document")

	// The collapsed parts of an operation, with the pop-ups of its examples.
	create := site.document.operations["createBackup"]
	visit("#" + anchorOf(create))
	for range 2 { // expanded parts have further collapsed parts
		eval[any](b, `%s.querySelectorAll('button[aria-expanded="false"]:not([aria-haspopup])').forEach((e) => e.click())`, section(anchorOf(create)))
		b.settle()
	}
	assert.LessOrEqual(t, eval[int](b, "document.documentElement.scrollWidth"), int(window.width))
	b.hasNoFaults("an unfolded operation", section(anchorOf(create)))

	if window == narrow {
		menu()
	}

	// The search, with results.
	visit("")
	b.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2))) // Ctrl
	b.eventually("document.activeElement.role === 'combobox'")
	b.do(chromedp.KeyEvent("quota"))
	b.eventually(`document.querySelector('[role="dialog"] [role="option"]')`)
	b.hasNoFaults("the search", `document.querySelector('[role="dialog"]')`)

	// The request editor, with a response.
	visit("#" + anchorOf(create))
	sent := b.send(create)
	assert.Contains(t, sent.status, "401")
	b.complains("401 (Unauthorized)")
	b.hasNoFaults("the request editor", "document")
	b.screenshot(fmt.Sprintf("docs-editor-%s-%d", scheme, window.width))

	// The form that LOX adds, with a refusal.
	visit("#tag/store-a-file")
	b.do(
		chromedp.SendKeys(chromedp.CSS("#store-key"), "lox_of_nobody"),
		chromedp.SetUploadFiles(chromedp.CSS("#store-file"), []string{axeFile}),
	)
	assert.Contains(t, b.press("create"), "401 ")
	b.complains("401 (Unauthorized)")
	b.hasNoFaults("the form", section("tag/store-a-file"))
}

// renderAll scrolls through the page, because sections are rendered only near the window.
func (b *browser) renderAll(site *docsSite) {
	b.t.Helper()
	eval[any](b, `(async () => {
		for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
			scrollTo(0, y);
			await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
		}
	})()`)
	for _, op := range site.document.operations {
		b.eventually("%s?.querySelector('.scalar-card')", section(anchorOf(op)))
	}
}

// settle waits for two frames, in which the page draws changes, and for the end of animations: a
// text that is fading in has no contrast.
func (b *browser) settle() {
	b.t.Helper()
	eval[any](b, `(async () => {
		await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))));
		const fading = () => document.getAnimations().some((a) => a.playState === "running" && a.timeline === document.timeline &&
			a.effect?.getComputedTiming().endTime < 5000);
		for (const end = performance.now() + 2000; fading() && performance.now() < end; ) {
			await new Promise((done) => requestAnimationFrame(done));
		}
	})()`)
}

// hasNoFaults has axe-core check a part of the page with all its rules.
func (b *browser) hasNoFaults(what, part string) {
	b.t.Helper()
	b.settle()
	faults := eval[[]string](b, `axe.run(%s, { resultTypes: ["violations"] }).then(({ violations }) => violations
		.filter(({ impact }) => impact === "critical" || impact === "serious")
		.flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) => id + ": " + [...any, ...all, ...none][0].message + ": " + html.slice(0, 200))))`, part)
	assert.Empty(b.t, faults, what)
}
