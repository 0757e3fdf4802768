package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// registerDocument serves the published document to all origins: tools on other origins fetch it, too.
func registerDocument(e headToo, source Source) {
	e.GET("/openapi.yaml", newDocumentFile(source.YAML, "application/yaml").serve)
	e.GET("/openapi.json", newDocumentFile(source.JSON, echo.MIMEApplicationJSON).serve)
}

// documentFile is the document in one format.
type documentFile struct {
	contentType string
	etag        string
	plain       []byte
	// packed returns the document compressed by gzip. The first call compresses it.
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
	h.Set(echo.HeaderContentType, f.contentType)
	// Clients ask each time and usually get 304: after an upgrade they must not work with the document of
	// the earlier version.
	h.Set(echo.HeaderCacheControl, "no-cache")
	h.Add(echo.HeaderVary, echo.HeaderAcceptEncoding) // added to the Origin that CORS sets
	body, etag := f.plain, f.etag
	if acceptsGzip(c.Request()) {
		h.Set(echo.HeaderContentEncoding, "gzip")
		body, etag = f.packed(), etag+"-gzip"
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body))
	return nil
}

// acceptsGzip reports whether a client accepts an answer compressed by gzip (RFC 9110, section 12.5.3).
func acceptsGzip(r *http.Request) bool {
	for offer := range strings.SplitSeq(r.Header.Get(echo.HeaderAcceptEncoding), ",") {
		coding, weight, _ := strings.Cut(offer, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return !noWeight.MatchString(weight)
		}
	}
	return false
}

// noWeight matches the weight 0, by which a client refuses a coding.
var noWeight = regexp.MustCompile(`^ *[qQ] *= *0(\.0*)? *$`)
