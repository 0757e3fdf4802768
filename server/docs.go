package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// docsPages are the files of the reference page. openapi/reference/update generates scalar.js.gz; the other
// files are written by hand.
//
//go:embed docs
var docsPages embed.FS

// docsPolicy lets the reference page load files from this server, and send requests to it and to the
// storage. Scalar writes style elements and attributes, which only 'unsafe-inline' allows. Scripts have no
// such exception. Icons in its style sheet are data URLs.
func docsPolicy(storageOrigins []string) string {
	connect := strings.Join(append([]string{"'self'"}, storageOrigins...), " ")
	return "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"connect-src " + connect + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// registerDocs serves the reference page: Scalar shows the published document, and all files come from this
// binary. All links are relative, so the page works at any address of the server. storageOrigins are the
// origins of upload URLs, such as https://storage.example.com, if that is not this server.
func registerDocs(e headToo, storageOrigins ...string) {
	policy := docsPolicy(storageOrigins)
	e.GET("/docs", newDocsFile("index.html", "text/html; charset=utf-8", policy).serve)
	e.GET("/docs/", func(c echo.Context) error {
		return c.Redirect(http.StatusMovedPermanently, "../docs")
	})
	const (
		script = "text/javascript; charset=utf-8"
		style  = "text/css; charset=utf-8"
		text   = "text/plain; charset=utf-8"
	)
	for _, file := range []struct{ name, contentType string }{
		{"anchor.js", script},
		{"docs.css", style},
		{"docs.js", script},
		{"document.js", script},
		{"icon.svg", "image/svg+xml"},
		{"mend.js", script},
		{"scalar-license.txt", text},
		{"scalar.js.gz", script},
		{"store.js", script},
	} {
		path := "/docs/" + strings.TrimSuffix(file.name, ".gz")
		e.GET(path, newDocsFile(file.name, file.contentType, policy).serve)
	}
}

// docsFile is a file of the reference page. It is read from the binary for each request: a copy would take
// the same memory again.
type docsFile struct {
	path, contentType string
	policy            string
	etag              string
	gzipped           bool
	// plain returns the uncompressed file, for clients that don't accept gzip. The first call decompresses
	// it, which takes 30 ms of CPU.
	plain func() ([]byte, error)
}

func newDocsFile(name, contentType, policy string) docsFile {
	f := docsFile{path: "docs/" + name, contentType: contentType, policy: policy, gzipped: strings.HasSuffix(name, ".gz")}
	sum := sha256.New()
	if _, err := io.Copy(sum, f.open()); err != nil {
		panic(err) // every file is part of the binary
	}
	f.etag = base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12])
	f.plain = sync.OnceValues(func() ([]byte, error) {
		unpacked, err := gzip.NewReader(f.open())
		if err != nil {
			return nil, err
		}
		return io.ReadAll(unpacked)
	})
	return f
}

// open returns a reader that needs no Close: embedded files are in memory.
func (f docsFile) open() io.ReadSeeker {
	body, err := docsPages.Open(f.path)
	if err != nil {
		panic(err)
	}
	return body.(io.ReadSeeker) //nolint:forcetypeassert // as all files of an embed.FS
}

func (f docsFile) serve(c echo.Context) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentSecurityPolicy, f.policy)
	h.Set(echo.HeaderReferrerPolicy, "no-referrer")
	h.Set(echo.HeaderContentType, f.contentType)
	// Clients ask each time and usually get 304, so that page, script and style are of one version after an
	// upgrade.
	h.Set(echo.HeaderCacheControl, "no-cache")
	body, etag := f.open(), f.etag
	if f.gzipped {
		h.Add(echo.HeaderVary, echo.HeaderAcceptEncoding) // added to the Origin that CORS sets
		if acceptsGzip(c.Request()) {
			h.Set(echo.HeaderContentEncoding, "gzip")
		} else {
			plain, err := f.plain()
			if err != nil {
				return err
			}
			body, etag = bytes.NewReader(plain), etag+"-plain"
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, body)
	return nil
}
