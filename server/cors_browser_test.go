package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
)

// storeByFetch is what a page does to store a file and get it back. It returns the parts of the
// answers that the page could read.
const storeByFetch = `(async (api, key) => {
	const headers = { Authorization: "Bearer " + key, "Content-Type": "application/json", "Idempotency-Key": "of a page" };
	const body = Uint8Array.from({ length: 100000 }, (_, i) => i * 31);
	const seen = {};
	try {
		const created = await fetch(api + "/v1/backups", {
			method: "POST", headers,
			body: JSON.stringify({ name: "from a page", size_bytes: body.length, content_type: "application/gzip" }),
		});
		seen.created = created.status;
		seen.location = created.headers.get("Location");
		seen.limit = created.headers.get("X-RateLimit-Limit");
		const { id, upload_url, upload_headers } = await created.json();
		delete upload_headers["Content-Length"]; // the browser sets it
		const uploaded = await fetch(upload_url, { method: "PUT", headers: upload_headers, body });
		seen.uploaded = uploaded.status;
		const completed = await fetch(api + "/v1/backups/" + id + "/complete", { method: "POST", headers });
		seen.status = (await completed.json()).status;
		const download = await fetch(api + "/v1/backups/" + id + "/download", { headers });
		const { download_url } = await download.json();
		const whole = await fetch(download_url);
		seen.etag = whole.headers.get("ETag");
		seen.disposition = whole.headers.get("Content-Disposition");
		const got = new Uint8Array(await whole.arrayBuffer());
		seen.same = got.length === body.length && got.every((b, i) => b === body[i]);
		const part = await fetch(download_url, { headers: { Range: "bytes=10-19", "If-Range": seen.etag } });
		seen.range = part.headers.get("Content-Range");
		const refused = await fetch(upload_url + "x", { method: "PUT", headers: upload_headers, body });
		seen.refused = (await refused.json()).error.code;
	} catch (error) {
		seen.error = error.name;
	}
	return seen;
})(%q, %q)`

type seenByPage struct {
	Created     int    `json:"created"`
	Location    string `json:"location"`
	Limit       string `json:"limit"`
	Uploaded    int    `json:"uploaded"`
	Status      string `json:"status"`
	ETag        string `json:"etag"`
	Disposition string `json:"disposition"`
	Same        bool   `json:"same"`
	Range       string `json:"range"`
	Refused     string `json:"refused"`
	Error       string `json:"error"`
}

// Pages of two other origins store a file. Only one origin is allowed.
func TestCORSInABrowser(t *testing.T) {
	t.Parallel()
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><title>A page</title>`))
	})
	permitted, strange := httptest.NewServer(page), httptest.NewServer(page)
	t.Cleanup(permitted.Close)
	t.Cleanup(strange.Close)
	h := open(t, setup{cors: []string{permitted.URL}})
	b := openBrowser(t)
	store := fmt.Sprintf(storeByFetch, h.http.URL+"/api", h.key)

	b.do(chromedp.Navigate(permitted.URL))
	seen := eval[seenByPage](b, "%s", store)
	assert.NotEmpty(t, seen.ETag)
	seen.ETag = ""
	assert.Regexp(t, "^"+backupsPath+"/bkp_", seen.Location)
	seen.Location = ""
	assert.Equal(t, seenByPage{
		Created: http.StatusCreated, Limit: "1000000", Uploaded: http.StatusOK, Status: "completed", Same: true,
		Disposition: `attachment; filename="from a page"`, Range: "bytes 10-19/100000", Refused: "permission_denied",
	}, seen)
	b.complains("403 (Forbidden)") // a browser logs any such response
	assert.Empty(t, b.complaints)

	b.do(chromedp.Navigate(strange.URL))
	assert.Equal(t, seenByPage{Error: "TypeError"}, eval[seenByPage](b, "%s", store))
	b.complains("blocked by CORS policy")
	assert.Equal(t, 1, h.state(t).Backups)
}
