// Package s3double is a test double of an S3 server for very large uploads: it stores only the lengths
// and checksums of objects, whose bytes must be zeros. It has one bucket, doesn't check signatures, and
// has only the operations that blob/s3 uses. The behaviour of a real server is tested with MinIO.
package s3double

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// SimulatedLength is a header of a PUT with an empty body: the server acts as if it had received that many zeros.
const SimulatedLength = "X-Simulated-Length"

// Bucket is the only bucket.
const Bucket = "lox-test"

// Server is a running test double.
type Server struct {
	// URL is the endpoint for S3 clients. Any access key works.
	URL string

	mu        sync.Mutex
	versioned bool
	keys      []string // the keys of objects, sorted
	objects   map[string][]*object
	uploads   map[string]*upload // by id
	requests  map[string]int
	last      int // the last number that next used
	zeros     zeroSums
}

// Start runs a server until the test ends. Its bucket has no versioning until a client turns it on.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		objects: map[string][]*object{}, uploads: map[string]*upload{}, requests: map[string]int{},
		zeros: zeroSums{known: map[int64]digest{}},
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Requests returns how many requests of a kind there were, such as "PUT part" or "GET object".
func (s *Server) Requests(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[kind]
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if bucket != Bucket {
		fail(w, http.StatusNotFound, "NoSuchBucket")
		return
	}
	kind, handle := s.route(r, key)
	if handle == nil {
		fail(w, http.StatusNotImplemented, "NotImplemented")
		return
	}
	s.mu.Lock()
	s.requests[kind]++
	s.mu.Unlock()
	handle(w, r, key)
}

type handler = func(w http.ResponseWriter, r *http.Request, key string)

// route returns the kind of a request and its handler.
func (s *Server) route(r *http.Request, key string) (kind string, handle handler) {
	query := r.URL.Query()
	kinds := map[string]handler{
		"GET versioning": s.getVersioning, "PUT versioning": s.putVersioning,
		"GET versions": s.listVersions, "GET list": s.listObjects, "GET uploads": s.listUploads,
		"POST delete": s.deleteSeveral, "HEAD bucket": s.headBucket,
		"PUT object": s.putObject, "GET object": s.getObject, "HEAD object": s.getObject, "DELETE object": s.deleteObject,
		"POST uploads": s.begin, "PUT part": s.putPart, "GET parts": s.listParts,
		"POST complete": s.complete, "DELETE upload": s.abort,
	}
	switch {
	case key == "":
		kind = "bucket"
		for _, name := range []string{"versioning", "versions", "uploads", "delete"} {
			if query.Has(name) {
				kind = name
			}
		}
		if query.Has("list-type") {
			kind = "list"
		}
	case query.Has("uploads"):
		kind = "uploads"
	case query.Has("uploadId"):
		kind = map[string]string{"PUT": "part", "GET": "parts", "POST": "complete", "DELETE": "upload"}[r.Method]
	default:
		kind = "object"
	}
	kind = r.Method + " " + kind
	return kind, kinds[kind]
}

// next returns a new id or ETag. The caller holds the lock.
func (s *Server) next(prefix string) string {
	s.last++
	return prefix + strconv.Itoa(s.last)
}

func (s *Server) headBucket(w http.ResponseWriter, _ *http.Request, _ string) {
	w.WriteHeader(http.StatusOK)
}

func (s *Server) getVersioning(w http.ResponseWriter, _ *http.Request, _ string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := ""
	if s.versioned {
		status = "<Status>Enabled</Status>"
	}
	_, _ = fmt.Fprintf(w, "<VersioningConfiguration>%s</VersioningConfiguration>", status)
}

func (s *Server) putVersioning(_ http.ResponseWriter, _ *http.Request, _ string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versioned = true
}

func fail(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, code)
}

// answer answers a request with an XML document.
func answer(w http.ResponseWriter, document any) {
	text, err := xml.Marshal(document)
	if err != nil {
		fail(w, http.StatusInternalServerError, "InternalError")
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write(text)
}

// limit returns the largest number of entries in a page of a list.
func limit(r *http.Request, name string) int {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || n < 1 || n > 1000 {
		return 1000
	}
	return n
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
