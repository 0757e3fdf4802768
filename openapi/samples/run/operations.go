package main

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/backlox/lox/blob/disk"
)

// operation is an operation of the document, or a request for a signed URL.
type operation struct{ id, method, path string }

func operationsOf(file string) ([]operation, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var document struct {
		Paths map[string]map[string]any `yaml:"paths"`
	}
	if err := yaml.Unmarshal(raw, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var operations []operation
	for path, members := range document.Paths {
		for method, member := range members {
			// The other member of a path, parameters, is a list.
			if described, ok := member.(map[string]any); ok {
				id, _ := described["operationId"].(string)
				operations = append(operations, operation{id, strings.ToUpper(method), "/api" + path})
			}
		}
	}
	return operations, nil
}

// transfers are the requests for signed URLs of a server that keeps files on disk.
var transfers = []operation{
	{"upload", http.MethodPut, disk.UploadPath},
	{"download", http.MethodGet, disk.DownloadPath},
}

// recorder forwards requests and records which operations succeeded.
type recorder struct {
	mux     *http.ServeMux
	mu      sync.Mutex
	pending map[string]bool // ids of the operations that have not succeeded
}

func record(operations []operation, next http.Handler) *recorder {
	r := &recorder{mux: http.NewServeMux(), pending: map[string]bool{}}
	for _, o := range slices.Concat(operations, transfers) {
		r.pending[o.id] = true
		r.mux.HandleFunc(o.method+" "+o.path, func(w http.ResponseWriter, request *http.Request) {
			answer := &answer{ResponseWriter: w}
			next.ServeHTTP(answer, request)
			if answer.status < 300 {
				r.mu.Lock()
				delete(r.pending, o.id)
				r.mu.Unlock()
			}
		})
	}
	return r
}

// missing returns the operations and transfers that did not succeed.
func (r *recorder) missing() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.pending))
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mux.ServeHTTP(w, request)
}

// answer records the status of a response.
type answer struct {
	http.ResponseWriter

	status int
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
