package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// registerDocument serves the published document to everyone: readers and
// generators on other origins fetch it, too.
func registerDocument(e *echo.Echo, source Source) {
	e.GET("/openapi.yaml", newDocumentFile(source.YAML, "application/yaml").serve)
	e.GET("/openapi.json", newDocumentFile(source.JSON, echo.MIMEApplicationJSON).serve)
}

// documentFile is the document in one notation.
type documentFile struct {
	contentType string
	etag        string
	plain       []byte
	// packed is the document compressed by gzip, made when it is first asked for.
	packed func() []byte
}

func newDocumentFile(body []byte, contentType string) documentFile {
	sum := sha256.Sum256(body)
	return documentFile{
		contentType: contentType,
		etag:        base64.RawURLEncoding.EncodeToString(sum[:12]),
		plain:       body,
		packed: sync.OnceValue(func() []byte {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			_, _ = w.Write(body) // a Buffer takes everything
			_ = w.Close()
			return packed.Bytes()
		}),
	}
}

func (f documentFile) serve(c echo.Context) error {
	h := c.Response().Header()
	h.Set(echo.HeaderAccessControlAllowOrigin, "*")
	h.Set(echo.HeaderAccessControlExposeHeaders, "ETag")
	h.Set(echo.HeaderXContentTypeOptions, "nosniff")
	h.Set(echo.HeaderContentType, f.contentType)
	// Asked for again each time and then usually answered by 304: a client must not
	// work with the document of the version before an upgrade.
	h.Set(echo.HeaderCacheControl, "no-cache")
	h.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
	body, etag := f.plain, f.etag
	if strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		h.Set(echo.HeaderContentEncoding, "gzip")
		body, etag = f.packed(), etag+"-gzip"
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body))
	return nil
}
