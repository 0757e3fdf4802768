package server

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// headToo registers a HEAD route for every GET route. net/http omits the body of answers to HEAD (RFC 9110,
// section 9.3.2).
type headToo struct{ *echo.Echo }

// GET implements the router of the generated code.
func (e headToo) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	e.HEAD(path, h, m...)
	return e.Echo.GET(path, h, m...)
}

// withHTTP does for every request what any HTTP server should: it gives the request an id, normalizes
// percent-encoding in its path, and tells browsers not to guess media types. hsts is the
// Strict-Transport-Security of all answers, or "" for none.
func withHTTP(hsts string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set(echo.HeaderXRequestID, idOf(r))
		header[echo.HeaderXContentTypeOptions] = noSniff
		if hsts != "" {
			header.Set(echo.HeaderStrictTransportSecurity, hsts)
		}
		next.ServeHTTP(w, withPlainPath(r))
	})
}

// noSniff is shared by all answers, and never changed.
var noSniff = []string{"nosniff"}

// withPlainPath returns the request with its unreserved characters decoded in the path: bkp%5F… becomes
// bkp_… (RFC 3986, section 6.2.2.2). Otherwise Echo's parameters would hold the encoded form.
func withPlainPath(r *http.Request) *http.Request {
	if r.URL.RawPath == "" { // the path has the default encoding
		return r
	}
	plain := decodeUnreserved(r.URL.RawPath)
	if plain == r.URL.RawPath {
		return r
	}
	same := *r
	same.URL = new(url.URL)
	*same.URL = *r.URL
	same.URL.RawPath = plain
	if same.URL.EscapedPath() == (&url.URL{Path: r.URL.Path}).EscapedPath() {
		same.URL.RawPath = ""
	}
	return &same
}

// decodeUnreserved decodes the percent-encoded letters, digits and -._~ in a path.
func decodeUnreserved(path string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(path, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if len(after) >= 2 {
			if c, err := url.PathUnescape("%" + after[:2]); err == nil && strings.Contains(unreserved, c) {
				b.WriteString(c)
				path = after[2:]
				continue
			}
		}
		b.WriteByte('%')
		path = after
	}
}

const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
