package blobtest

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func testPartWithChecksum(t *testing.T, s *suite) {
	of, body := s.begin(t), content(200_000)
	sum := lox.Checksum(sha256.Sum256(body))
	u := s.presignPart(t, lox.PartUpload{PartsOf: of, Number: 1, Size: int64(len(body)), Checksum: &sum})
	requireRefused(t, s.send(t, u, bytes.NewReader(content(len(body)))), "other bytes")
	require.Empty(t, s.listParts(t, of))
	for range 2 { // a client that didn't get the response sends the part again
		got := s.send(t, u, bytes.NewReader(body))
		require.Equal(t, http.StatusOK, got.status, "%s", got.body)
		s.requireParts(t, of, map[int][]byte{1: body})
	}
	requireRefused(t, s.send(t, u, bytes.NewReader(content(len(body)))), "other bytes in place of the right ones")
	s.requireParts(t, of, map[int][]byte{1: body})
	s.requireAssembled(t, of, body)
}

// The last upload of a part is in the object, also if later parts were uploaded before it.
func testPartReplaced(t *testing.T, s *suite) {
	of, body := s.begin(t), content(2*partSize+1000)
	s.putPart(t, of, 1, content(partSize))
	s.putPart(t, of, 3, content(2000)) // longer than the last one
	for number, part := range numbered(body) {
		s.putPart(t, of, number, part)
	}
	first := body[:partSize]
	copy(first, content(1000))
	s.putPart(t, of, 1, first)
	s.requireParts(t, of, map[int][]byte{1: first, 2: body[partSize : 2*partSize], 3: body[2*partSize:]})
	s.requireAssembled(t, of, body)
}

// A part whose second upload is interrupted has the first bytes or is missing, but is never a mixture.
func testPartReplacedAfterACut(t *testing.T, s *suite) {
	of, body := s.begin(t), content(partSize+1000)
	for number, part := range numbered(body) {
		s.putPart(t, of, number, part)
	}
	for _, e := range endings {
		c := Dial(t, s.presignPart(t, lox.PartUpload{PartsOf: of, Number: 1, Size: partSize}))
		c.Send(t, content(partSize/2))
		e.end(t, c)
	}
	for _, part := range s.listParts(t, of) {
		requirePart(t, part, body[(part.Number-1)*partSize:min(len(body), part.Number*partSize)])
	}
	copy(body, content(1000))
	until(t, "the server notices that the client has disconnected", func() bool {
		got := s.sendPart(t, of, 1, body[:partSize])
		if got.status == http.StatusConflict {
			return false
		}
		require.Equal(t, http.StatusOK, got.status, "%s", got.body)
		return true
	})
	s.requireAssembled(t, of, body)
}

func testPartOfAnotherSize(t *testing.T, s *suite) {
	body := content(100_000)
	size := int64(len(body))
	of := s.begin(t)
	u := s.presignPart(t, lox.PartUpload{PartsOf: of, Number: 2, Size: size})
	for _, test := range []struct {
		name string
		body []byte
	}{
		{"one byte short", body[:size-1]},
		{"one byte long", append(bytes.Clone(body), 0)},
		{"empty", nil},
	} {
		requireRefused(t, s.send(t, u, bytes.NewReader(test.body)), "%s", test.name)
		require.Empty(t, s.listParts(t, of), test.name)
	}
	chunked := func(r *http.Request) {
		r.ContentLength = -1
		r.Header.Del("Content-Length")
	}
	requireRefused(t, s.send(t, u, io.MultiReader(bytes.NewReader(body)), chunked), "chunked, without Content-Length")
	require.Empty(t, s.listParts(t, of))
	s.putPart(t, of, 2, body)
	s.requireParts(t, of, map[int][]byte{2: body})
	require.NoError(t, s.Parts.AbortParts(t.Context(), of))
	s.neverAssembled(t, of)
}

// There are no URLs for parts that no upload can have.
func testPartsThatNoUploadHas(t *testing.T, s *suite) {
	of := s.begin(t)
	good := lox.PartUpload{PartsOf: of, Number: 1, Size: partSize, Expires: time.Minute}
	_, err := s.Parts.PresignPart(t.Context(), good)
	require.NoError(t, err)
	for name, change := range map[string]func(*lox.PartUpload){
		"part 0":             func(p *lox.PartUpload) { p.Number = 0 },
		"part 10001":         func(p *lox.PartUpload) { p.Number = lox.MaxParts + 1 },
		"no bytes":           func(p *lox.PartUpload) { p.Size = 0 },
		"more than a part":   func(p *lox.PartUpload) { p.Size++ },
		"more than one PUT":  func(p *lox.PartUpload) { p.PartSize, p.Size = lox.MaxSinglePut+1, lox.MaxSinglePut+1 },
		"less than a second": func(p *lox.PartUpload) { p.Expires = time.Millisecond },
		"no upload":          func(p *lox.PartUpload) { p.UploadID = "" },
	} {
		p := good
		change(&p)
		_, err := s.Parts.PresignPart(t.Context(), p)
		require.Error(t, err, name)
	}
	require.NoError(t, s.Parts.AbortParts(t.Context(), of))
}

func testPartCutShort(t *testing.T, s *suite) {
	of, body := s.begin(t), content(1<<20)
	sum := lox.Checksum{1}
	number := 0
	for _, sent := range []int{0, 1, len(body) / 2, len(body) - 1} {
		for _, checksum := range []*lox.Checksum{nil, &sum} {
			for _, e := range endings {
				number++
				c := Dial(t, s.presignPart(t, lox.PartUpload{PartsOf: of, Number: number, Size: int64(len(body)), Checksum: checksum}))
				c.Send(t, body[:sent])
				e.end(t, c)
				require.Empty(t, s.listParts(t, of), "%s after %d bytes", e.name, sent)
			}
		}
	}
	requireIncomplete(t, s.Parts.AssembleParts(t.Context(), of, int64(len(body))))
	require.Empty(t, s.listParts(t, of))
	require.NoError(t, s.Parts.AbortParts(t.Context(), of))
	s.neverAssembled(t, of)
}

func testPartURLExpires(t *testing.T, s *suite) {
	of, body := s.begin(t), content(1000)
	u := s.presignPart(t, lox.PartUpload{PartsOf: of, Number: 1, Size: 1000, Expires: time.Second})
	until(t, "the URL expires", func() bool { return s.send(t, u, bytes.NewReader(body)).status == http.StatusForbidden })
	require.NoError(t, s.Parts.AbortParts(t.Context(), of))
}

func testPartURLTamperedWith(t *testing.T, s *suite) {
	of, body := s.begin(t), content(1000)
	sum := lox.Checksum(sha256.Sum256(body))
	up := s.presignPart(t, lox.PartUpload{PartsOf: of, Number: 7, Size: int64(len(body)), Checksum: &sum})
	refused := func(what, method string, edit func(u *url.URL)) {
		t.Helper()
		changed := up
		u, err := url.Parse(up.URL)
		require.NoError(t, err)
		edit(u)
		changed.URL = u.String()
		got := s.send(t, changed, bytes.NewReader(body), func(r *http.Request) { r.Method = method })
		require.Contains(t, []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed}, got.status, "%s: %s", what, got.body)
	}
	refused("another key", http.MethodPut, func(u *url.URL) { u.Path += "x" })
	refused("anonymous", http.MethodPut, func(u *url.URL) { u.RawQuery = "" })
	refused("a parameter more", http.MethodPut, func(u *url.URL) { u.RawQuery += "&x=1" })
	refused("to delete", http.MethodDelete, func(*url.URL) {})
	u, err := url.Parse(up.URL)
	require.NoError(t, err)
	for name := range u.Query() {
		refused(name+" changed", http.MethodPut, func(u *url.URL) {
			q := u.Query()
			q.Set(name, changed(q.Get(name)))
			u.RawQuery = q.Encode()
		})
		refused(name+" left out", http.MethodPut, func(u *url.URL) {
			q := u.Query()
			q.Del(name)
			u.RawQuery = q.Encode()
		})
	}
	require.Empty(t, s.listParts(t, of))
	got := s.send(t, up, bytes.NewReader(body))
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	s.requireParts(t, of, map[int][]byte{7: body})
	require.NoError(t, s.Parts.AbortParts(t.Context(), of))
	s.neverAssembled(t, of)
}
