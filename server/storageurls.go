package server

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// storagePath is the path below which the signed URLs of a store that is part of the server are served.
const storagePath = "/storage/"

// address is the scheme and host that a request was sent to.
type address struct {
	secure bool
	host   string
}

func reachedBy(r *http.Request) address {
	host := r.Host
	// A Host header may hold text that isn't a host, and HTTP/1.0 has none.
	if u, err := url.Parse("http://" + host); err != nil || u.Host != host || u.Hostname() == "" || u.User != nil {
		host = ""
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
			host = local.String()
		}
	}
	return address{r.TLS != nil, host}
}

func (a address) String() string {
	if a.secure {
		return "https://" + a.host
	}
	return "http://" + a.host
}

// absolute returns a URL of the store as an absolute URL. A path is a URL of this server.
func absolute(ctx context.Context, publicURL, to string) string {
	switch {
	case !strings.HasPrefix(to, "/"):
		return to
	case publicURL != "":
		return publicURL + to
	default:
		return observed(ctx).reached.String() + to
	}
}

// withStorage serves the signed URLs outside of Echo and its middleware: the signature authorizes the
// request, and bodies may have any size and take any time. These requests are logged and counted like all
// others.
func withStorage(cfg Config, m *metrics, others http.Handler) http.Handler {
	client := clientAddress(cfg.TrustedProxies)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, ok := storageRoute(r.URL.Path)
		if !ok {
			others.ServeHTTP(w, r)
			return
		}
		start, id := time.Now(), w.Header().Get(echo.HeaderXRequestID)
		recorder := &recorder{ResponseWriter: w}
		cfg.SignedURLs.ServeHTTP(recorder, r)
		status := recorder.status
		if status == http.StatusServiceUnavailable { // the status of the store when a context ends
			status = unlessClientClosed(r, status)
		}
		of, took := series{r.Method, kind, status}, time.Since(start)
		if !slices.Contains(storageMethods, r.Method) {
			of.method = "other"
		}
		m.record(of, took)
		logRequest(cfg.Log, served{
			request: r, id: id, client: client(r), status: status, bytes: recorder.bytes, ended: start.Add(took), took: took,
		})
	})
}

var storageMethods = []string{http.MethodGet, http.MethodHead, http.MethodPut}

// storageRoute returns the route of a signed URL, as metrics show it.
func storageRoute(path string) (route string, ok bool) {
	rest, ok := strings.CutPrefix(path, storagePath)
	kind, _, _ := strings.Cut(rest, "/")
	switch {
	case !ok:
		return "", false
	case kind == "upload" || kind == "download":
		return storagePath + kind + "/:key", true
	default:
		return "none", true
	}
}

// recorder records the status and the size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK { // 1xx is not the final status
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

var _ io.ReaderFrom = (*recorder)(nil)

// ReadFrom lets the kernel send files with sendfile, which Write alone would prevent.
func (r *recorder) ReadFrom(from io.Reader) (int64, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := io.Copy(r.ResponseWriter, from)
	r.bytes += n
	return n, err
}

// Unwrap lets an http.ResponseController set deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
