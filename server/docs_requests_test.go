package server_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

func testDocsRequests(t *testing.T, site *docsSite) {
	b := openBrowser(t)
	list, create := site.document.operations["listBackups"], site.document.operations["createBackup"]

	// Without a key the API refuses, and the page shows how.
	b.visit(site, wide, "#"+anchorOf(list))
	refused := b.send(list)
	assert.Contains(t, refused.status, "401")
	assert.Equal(t, "authentication_error", problemOf(t, []byte(refused.body)).code)
	b.complains("401 (Unauthorized)") // a browser logs any such response
	b.screenshot("docs-refused")

	b.visit(site, wide, "")
	b.do(chromedp.SendKeys(chromedp.CSS(".scalar-reference-intro-auth input"), site.key))
	created := b.send(create) // with the document's example
	require.Contains(t, created.status, "201", created.body)
	b.screenshot("docs-sent")
	// Optional parameters are left out, though the document has examples of them.
	listed := b.send(list)
	require.Contains(t, listed.status, "200", listed.body)
	var page client.BackupList
	require.NoError(t, json.Unmarshal([]byte(listed.body), &page))
	var backup client.BackupUpload
	require.NoError(t, json.Unmarshal([]byte(created.body), &backup))
	var ids []string
	for _, listed := range page.Backups {
		ids = append(ids, listed.ID)
	}
	assert.Contains(t, ids, backup.ID)

	b.do(chromedp.EmulateViewport(narrow.width, narrow.height))
	assert.LessOrEqual(t, eval[int](b, "document.documentElement.scrollWidth"), 390)
	b.screenshot("docs-narrow-sent")

	// The page doesn't store the key.
	b.visit(site, wide, "")
	assert.Empty(t, run(b, chromedp.Value(chromedp.CSS(".scalar-reference-intro-auth input"))))
	assert.NotContains(t, eval[string](b, "document.documentElement.outerHTML"), site.key)
	b.isQuiet(site)
}

type sent struct{ status, body string }

// send opens an operation's request editor, and sends the proposed request.
func (b *browser) send(op docsOperation) sent {
	b.t.Helper()
	const closer = "document.querySelector('.app-exit-button')"
	eval[any](b, closer+"?.click()")
	eval[any](b, "document.querySelector('aside a[href=%q]').click()", "#"+anchorOf(op))
	button := section(anchorOf(op)) + "?.querySelector('.show-api-client-button')"
	b.eventually("%s", button)
	eval[any](b, "%s.click()", button)
	const sender = `[...document.querySelectorAll('.scalar-app button')].find((e) => e.textContent.trim().startsWith('Send') && e.offsetHeight > 0)`
	b.eventually("document.querySelector('.scalar-app')?.textContent.includes(%q) && %s", op.summary, sender)
	eval[any](b, sender+".click()")
	const status, body = "document.querySelector('.animate-response-heading')", "document.querySelector('.scalar-app .cm-content[contenteditable=\"false\"]')"
	b.eventually("/Status:\\s*\\d/.test(%s?.innerText) && %s", status, body)
	return sent{status: eval[string](b, "%s.innerText", status), body: eval[string](b, "%s.innerText", body)}
}

func testDocsStore(t *testing.T, site *docsSite) {
	b := openBrowser(t)
	dir := t.TempDir()
	content := strings.Repeat("what must not be lost\n", 1000)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "diary.txt"), []byte(content), 0o600))
	downloads := t.TempDir()
	b.saveDownloads(downloads)

	b.visit(site, wide, "#tag/store-a-file")
	b.screenshot("docs-store-empty")
	b.do(
		chromedp.SendKeys(chromedp.CSS("#store-key"), "lox_of_nobody"),
		chromedp.SetUploadFiles(chromedp.CSS("#store-file"), []string{filepath.Join(dir, "diary.txt")}),
	)
	assert.Contains(t, b.press("create"), "401 ")
	assert.False(t, eval[bool](b, "document.getElementById('store-upload').matches(':enabled')"))
	b.complains("401 (Unauthorized)")

	b.do(chromedp.SetValue(chromedp.CSS("#store-key"), site.key))
	created := b.press("create")
	require.Contains(t, created, "201 ")
	require.Contains(t, created, site.url+"/storage/upload/")
	require.Contains(t, b.press("upload"), "200 ")
	require.Contains(t, b.press("complete"), `"status": "completed"`)
	require.Contains(t, b.press("download"), "200 ")
	b.screenshot("docs-store")
	b.do(chromedp.Click(chromedp.CSS("#store-fetch")))
	select {
	case path := <-b.downloaded:
		if path == "" {
			path = filepath.Join(downloads, "diary.txt")
		}
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, content, string(got))
		assert.Equal(t, "diary.txt", filepath.Base(path))
	case <-b.ctx.Done():
		t.Fatal("the file was not downloaded")
	}
	// The page and the typed text are still there.
	assert.Equal(t, site.key, run(b, chromedp.Value(chromedp.CSS("#store-key"))))
	b.prefers("dark")
	b.do(chromedp.EmulateViewport(narrow.width, narrow.height))
	b.eventually("document.body.classList.contains('dark-mode')")
	eval[any](b, "document.getElementById('store-create').scrollIntoView({ block: 'center' })")
	assert.LessOrEqual(t, eval[int](b, "document.documentElement.scrollWidth"), 390)
	b.screenshot("docs-narrow-store-dark")

	b.visit(site, wide, "#tag/store-a-file")
	assert.Empty(t, run(b, chromedp.Value(chromedp.CSS("#store-key"))))
	b.isQuiet(site)
}

// press presses a button of the section "Store a file", and returns the text that it shows then.
func (b *browser) press(step string) string {
	b.t.Helper()
	output := "document.getElementById('store-" + step + "').parentElement.querySelector('output')"
	b.do(chromedp.WaitEnabled(chromedp.CSS("#store-"+step)), chromedp.Click(chromedp.CSS("#store-"+step)))
	b.eventually("%s.dataset.ok !== undefined", output)
	return eval[string](b, "%s.textContent", output)
}
