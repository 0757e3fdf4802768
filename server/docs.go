package server

import (
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	swaggerui "github.com/swaggest/swgui/v5/static"
)

// docsPages are the files of the reference page that are ours.
//
//go:embed docs
var docsPages embed.FS

// docsPolicy lets the reference page load and call this server and nothing
// else. The icons in Swagger UI's style sheet are data URLs.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// registerDocs serves the reference page: Swagger UI, from this binary alone,
// over the published document. All its links are relative, so it works at any
// address at which the server is reached.
func registerDocs(e *echo.Echo) {
	ours, err := fs.Sub(docsPages, "docs")
	if err != nil {
		panic(err) // the path is a constant
	}
	e.GET("/docs", newDocsFile(ours, "index.html", "text/html; charset=utf-8").serve)
	e.GET("/docs/", func(c echo.Context) error {
		return c.Redirect(http.StatusMovedPermanently, "../docs")
	})
	for _, file := range []struct {
		from        fs.FS
		name, ctype string
	}{
		{ours, "docs.css", "text/css; charset=utf-8"},
		{ours, "docs.js", "text/javascript; charset=utf-8"},
		{ours, "icon.svg", "image/svg+xml"},
		{swaggerui.FS, "swagger-ui.css.gz", "text/css; charset=utf-8"},
		{swaggerui.FS, "swagger-ui-bundle.js.gz", "text/javascript; charset=utf-8"},
	} {
		path := "/docs/" + strings.TrimSuffix(file.name, ".gz")
		e.GET(path, newDocsFile(file.from, file.name, file.ctype).serve)
	}
}

// docsFile is a file of the reference page. It stays in the binary: read, it would
// be in memory twice.
type docsFile struct {
	from              fs.FS
	name, contentType string
	etag              string
	gzipped           bool
}

func newDocsFile(from fs.FS, name, contentType string) docsFile {
	f := docsFile{from: from, name: name, contentType: contentType, gzipped: strings.HasSuffix(name, ".gz")}
	sum := sha256.New()
	if _, err := io.Copy(sum, f.open()); err != nil {
		panic(err) // every file is part of the binary
	}
	f.etag = `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12]) + `"`
	return f
}

// open needs no closing: there is nothing behind it but memory.
func (f docsFile) open() io.ReadSeeker {
	body, err := f.from.Open(f.name)
	if err != nil {
		panic(err)
	}
	return body.(io.ReadSeeker) //nolint:forcetypeassert // as all files of an embed.FS
}

func (f docsFile) serve(c echo.Context) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentSecurityPolicy, docsPolicy)
	h.Set(echo.HeaderReferrerPolicy, "no-referrer")
	h.Set(echo.HeaderXContentTypeOptions, "nosniff")
	h.Set(echo.HeaderContentType, f.contentType)
	// Asked for anew each time and nearly always answered 304, so that page,
	// script and style are of one version after an upgrade.
	h.Set(echo.HeaderCacheControl, "no-cache")
	if f.gzipped {
		h.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
		if !strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
			plain, err := gzip.NewReader(f.open())
			if err != nil {
				return err
			}
			return c.Stream(http.StatusOK, f.contentType, plain)
		}
		h.Set(echo.HeaderContentEncoding, "gzip")
	}
	h.Set("ETag", f.etag)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, f.open())
	return nil
}
