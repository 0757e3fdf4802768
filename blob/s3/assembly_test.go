package s3

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// Answers of S3.
const (
	assembledAnswer = `<CompleteMultipartUploadResult><Bucket>bucket</Bucket><Key>k</Key><ETag>"e-3"</ETag></CompleteMultipartUploadResult>`
	errorAnswer     = `<Error><Code>%s</Code><Message>as the test says</Message></Error>`
	partSize        = 8 << 20
	wholeSize       = 2*partSize + 5
)

// scripted is a server that gives one answer after another to each kind of request, and then
// repeats the last one. An answer is a status and what follows it.
type scripted struct {
	answers map[string][]string
	asked   map[string]int
	server  *httptest.Server
}

func script(t *testing.T, answers map[string][]string) (*scripted, *Store, *prometheus.Registry) {
	t.Helper()
	s := &scripted{answers: answers, asked: map[string]int{}}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	registry := prometheus.NewRegistry()
	cfg := Config{Endpoint: s.server.URL, Bucket: "bucket", AccessKey: "key", SecretKey: "secret", Metrics: registry}
	store, err := newStore(t.Context(), &cfg)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return s, store, registry
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	kind := r.Method
	switch query := r.URL.Query(); {
	case query.Has("uploadId"):
		kind += " upload"
	case query.Has("uploads"):
		kind += " uploads"
	}
	answers := s.answers[kind]
	answer := answers[min(s.asked[kind], len(answers)-1)]
	s.asked[kind]++
	if answer == "lost" {
		panic(http.ErrAbortHandler)
	}
	status, body, _ := strings.Cut(answer, " ")
	code, _ := strconv.Atoi(status)
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Length", body)
		w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
		body = ""
	}
	w.WriteHeader(code)
	for _, piece := range strings.SplitAfter(body, "\n") { // bytes that keep the connection alive arrive separately
		_, _ = io.WriteString(w, piece)
		_ = http.NewResponseController(w).Flush()
	}
}

func refusal404(code string) string { return "404 " + fmt.Sprintf(errorAnswer, code) }

func listedParts(etag string) string {
	var b strings.Builder
	b.WriteString("200 <ListPartsResult><IsTruncated>false</IsTruncated>")
	for n, size := range []int{partSize, partSize, 5} {
		fmt.Fprintf(&b, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag><Size>%d</Size></Part>", n+1, etag, size)
	}
	return b.String() + "</ListPartsResult>"
}

// S3 answers in ways that are allowed and that MinIO doesn't use.
func TestAssemblyAnswers(t *testing.T) {
	t.Parallel()
	whole, size := []string{listedParts("e")}, fmt.Sprintf("200 %d", wholeSize)
	stale := "400 " + fmt.Sprintf(errorAnswer, "InvalidPart")
	for name, c := range map[string]struct {
		list, complete []string
		head           string
		code           lox.Code
		completes      int
	}{
		"at once":                          {list: whole, complete: []string{"200 " + assembledAnswer}, completes: 1},
		"after blanks":                     {list: whole, complete: []string{"200 <?xml version=\"1.0\"?>\n \n \n " + assembledAnswer}, completes: 1},
		"after blanks, the header as well": {list: whole, complete: []string{"200 \n \n <?xml version=\"1.0\"?>" + assembledAnswer}, completes: 1},
		"200 with a failure, then done":    {list: whole, complete: []string{"200  \n" + fmt.Sprintf(errorAnswer, "InternalError"), "200 " + assembledAnswer}, completes: 2},
		"200 with failures":                {list: whole, complete: []string{"200  \n" + fmt.Sprintf(errorAnswer, "InternalError")}, code: lox.CodeUnavailable, completes: maxAttempts},
		"200 that breaks off":              {list: whole, complete: []string{"200 <?xml version=\"1.0\"?>\n \n"}, code: lox.CodeUnavailable, completes: 1},
		"done, but the answer was lost":    {list: whole, complete: []string{"lost", refusal404("NoSuchUpload")}, head: size, completes: 2},
		"200 with no such upload":          {list: whole, complete: []string{"200 \n" + fmt.Sprintf(errorAnswer, "NoSuchUpload")}, head: size, completes: 1},
		"done before":                      {list: []string{refusal404("NoSuchUpload")}, head: size},
		"aborted":                          {list: []string{refusal404("NoSuchUpload")}, head: "404 0", code: lox.CodeUploadIncomplete},
		"gone, and another object there":   {list: []string{refusal404("NoSuchUpload")}, head: "200 7", code: lox.CodeUploadIncomplete},
		"gone, and nobody knows":           {list: []string{refusal404("NoSuchUpload")}, head: "403 0", code: lox.CodeUnavailable},
		"a part was replaced":              {list: []string{listedParts("e"), listedParts("f")}, complete: []string{stale, "200 " + assembledAnswer}, completes: 2},
		"a part was replaced, says a 200":  {list: whole, complete: []string{"200 \n" + fmt.Sprintf(errorAnswer, "InvalidPart"), "200 " + assembledAnswer}, completes: 2},
		"parts are replaced all the time":  {list: whole, complete: []string{stale}, code: lox.CodeUnavailable, completes: assembleRounds},
		"no permission":                    {list: []string{"403 " + fmt.Sprintf(errorAnswer, "AccessDenied")}, code: lox.CodeUnavailable},
		"no bucket":                        {list: []string{refusal404("NoSuchBucket")}, code: lox.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, store, _ := script(t, map[string][]string{
				"GET upload": c.list, "POST upload": c.complete, "HEAD": {c.head, "200 0"},
			})
			err := store.AssembleParts(t.Context(), lox.PartsOf{Key: "k", UploadID: "u", PartSize: partSize}, wholeSize)
			require.Equal(t, c.code, lox.CodeOf(err), "%v", err)
			require.Equal(t, c.completes, server.asked["POST upload"])
		})
	}
}

// Parts arrive while their upload is aborted.
func TestAbortAnswers(t *testing.T) {
	t.Parallel()
	gone, none := refusal404("NoSuchUpload"), "200 <ListPartsResult></ListPartsResult>"
	for name, c := range map[string]struct {
		abort, list []string
		code        lox.Code
		aborts      int
	}{
		"at once":               {abort: []string{"204 "}, list: []string{gone}, aborts: 1},
		"an empty list":         {abort: []string{"204 "}, list: []string{none}, aborts: 1},
		"gone before":           {abort: []string{gone}, aborts: 1},
		"a part arrives":        {abort: []string{"204 "}, list: []string{listedParts("e"), gone}, aborts: 2},
		"parts arrive for ever": {abort: []string{"204 "}, list: []string{listedParts("e")}, code: lox.CodeUnavailable, aborts: abortRounds},
		"no bucket":             {abort: []string{refusal404("NoSuchBucket")}, code: lox.CodeUnavailable, aborts: 1},
		"may not list":          {abort: []string{"204 "}, list: []string{"403 " + fmt.Sprintf(errorAnswer, "AccessDenied")}, code: lox.CodeUnavailable, aborts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, store, _ := script(t, map[string][]string{"DELETE upload": c.abort, "GET upload": c.list})
			err := store.AbortParts(t.Context(), lox.PartsOf{Key: "k", UploadID: "u", PartSize: partSize})
			require.Equal(t, c.code, lox.CodeOf(err), "%v", err)
			require.Equal(t, c.aborts, server.asked["DELETE upload"])
		})
	}
}

// uploadsPage lists n uploads from the number first on.
func uploadsPage(first, n int, more bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "200 <ListMultipartUploadsResult><IsTruncated>%t</IsTruncated>", more)
	fmt.Fprintf(&b, "<NextKeyMarker>k%d</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker>", first+n-1)
	for i := range n {
		fmt.Fprintf(&b, "<Upload><Key>k%d</Key><UploadId>u</UploadId><Initiated>2026-01-01T00:00:00Z</Initiated></Upload>", first+i)
	}
	return b.String() + "</ListMultipartUploadsResult>"
}

// There are more uploads than one list shows. MinIO doesn't page them.
func TestUnfinishedPartsPaged(t *testing.T) {
	t.Parallel()
	all := []string{uploadsPage(0, 1000, true), uploadsPage(1000, 1000, true), uploadsPage(2000, 7, false)}
	server, store, _ := script(t, map[string][]string{"GET uploads": all})
	count := 0
	for u, err := range store.UnfinishedParts(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, lox.UnfinishedParts{Key: "k" + strconv.Itoa(count), UploadID: "u", Begun: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, u)
		count++
	}
	require.Equal(t, 2007, count)
	require.Equal(t, 3, server.asked["GET uploads"])

	server, store, _ = script(t, map[string][]string{"GET uploads": all})
	for range store.UnfinishedParts(t.Context()) {
		break
	}
	require.Equal(t, 1, server.asked["GET uploads"], "no page that nobody wants")

	for name, c := range map[string]struct {
		answers []string
		yielded int
		text    string
	}{
		"no permission":              {[]string{"403 " + fmt.Sprintf(errorAnswer, "AccessDenied")}, 0, "s3:ListBucketMultipartUploads"},
		"fails in the middle":        {[]string{all[0], refusal404("NoSuchBucket")}, 1000, "list uploads in parts"},
		"the list does not continue": {[]string{all[0]}, 2000, "the list does not continue"},
	} {
		_, store, _ := script(t, map[string][]string{"GET uploads": c.answers})
		yielded := 0
		var last error
		for _, err := range store.UnfinishedParts(t.Context()) {
			if last = err; err == nil {
				yielded++
			}
		}
		require.Equal(t, c.yielded, yielded, name)
		require.Equal(t, lox.CodeUnavailable, lox.CodeOf(last), name)
		require.ErrorContains(t, last, c.text, name)
	}
}

// The maximum number of parts is listed and assembled.
func TestManyParts(t *testing.T) {
	t.Parallel()
	var pages []string
	for first := 1; first <= lox.MaxParts; first += maxPage {
		var b strings.Builder
		last := first + maxPage - 1
		fmt.Fprintf(&b, "200 <ListPartsResult><IsTruncated>%t</IsTruncated><NextPartNumberMarker>%d</NextPartNumberMarker>", last < lox.MaxParts, last)
		for n := first; n <= last; n++ {
			fmt.Fprintf(&b, "<Part><PartNumber>%d</PartNumber><ETag>\"e%d\"</ETag><Size>%d</Size></Part>", n, n, partSize)
		}
		pages = append(pages, b.String()+"</ListPartsResult>")
	}
	server, store, _ := script(t, map[string][]string{"GET upload": pages, "POST upload": {"200 " + assembledAnswer}})
	of := lox.PartsOf{Key: "k", UploadID: "u", PartSize: partSize}
	require.NoError(t, store.AssembleParts(t.Context(), of, lox.MaxParts*partSize))
	require.Equal(t, len(pages), server.asked["GET upload"])

	server, store, _ = script(t, map[string][]string{"GET upload": pages})
	parts, err := store.Parts(t.Context(), of, 0, 2500)
	require.NoError(t, err)
	require.Len(t, parts, 3000, "as the script answers, whatever the last limit is")
	require.Equal(t, 3, server.asked["GET upload"])
}

// Each request to S3 is counted with its operation.
func TestOperationsInMetrics(t *testing.T) {
	t.Parallel()
	_, store, registry := script(t, map[string][]string{
		"POST uploads":  {"200 <InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"},
		"GET upload":    {listedParts("e")},
		"POST upload":   {"200 " + assembledAnswer},
		"DELETE upload": {refusal404("NoSuchUpload")},
		"GET uploads":   {uploadsPage(0, 1, false)},
	})
	of := lox.PartsOf{Key: "k", PartSize: partSize}
	var err error
	of.UploadID, err = store.BeginParts(t.Context(), of.Key)
	require.NoError(t, err)
	require.NoError(t, store.AssembleParts(t.Context(), of, wholeSize))
	require.NoError(t, store.AbortParts(t.Context(), of))
	for _, err := range store.UnfinishedParts(t.Context()) {
		require.NoError(t, err)
	}
	families, err := registry.Gather()
	require.NoError(t, err)
	counts := map[string]uint64{}
	for _, m := range families[0].GetMetric() {
		counts[m.GetLabel()[0].GetValue()+" "+m.GetLabel()[1].GetValue()] = m.GetHistogram().GetSampleCount()
	}
	require.Equal(t, map[string]uint64{"begin ok": 1, "list ok": 2, "complete ok": 1, "abort refused": 1}, counts)
}

// Other requests time out while an assembly is running.
func TestLongAssembly(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	both := newTransports()
	t.Cleanup(both.CloseIdleConnections)
	require.Equal(t, assembleTimeout, both.assembly.ResponseHeaderTimeout)
	require.Equal(t, headerTimeout, both.other.ResponseHeaderTimeout)
	both.other.ResponseHeaderTimeout = 20 * time.Millisecond
	ask := func(method, query string) error {
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/bucket/k?"+query, nil)
		if err != nil {
			return err
		}
		resp, err := both.RoundTrip(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
	assembled := make(chan error, 1)
	go func() { assembled <- ask(http.MethodPost, "uploadId=u") }()
	require.ErrorContains(t, ask(http.MethodGet, "uploadId=u"), "timeout")
	require.ErrorContains(t, ask(http.MethodPost, "uploads="), "timeout")
	close(release)
	require.NoError(t, <-assembled)
}
