package blobtest

import (
	"bytes"
	"crypto/sha256"
	"encoding"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// hashedUntil returns the state of the hash after the first n bytes of an object.
func hashedUntil(t *testing.T, o lox.Object, body []byte, n int64) lox.HashState {
	t.Helper()
	h := sha256.New()
	h.Write(body[:n])
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	require.NoError(t, err)
	return lox.HashState{ETag: o.ETag, Version: o.Version, Bytes: n, State: state}
}

// testHashFromState resumes at many offsets. To prove that Hash uses the state, it also passes states of other bytes before
// the offset: then the checksum is that of the other bytes.
func testHashFromState(t *testing.T, s *suite) {
	for _, size := range []int64{1, 1000, 3<<20 + 17} {
		k, body := key(), content(int(size))
		o, forged := s.put(t, k, body), content(int(size))
		for _, from := range []int64{0, 1, 63, 64, 65, 999, 1000, 256<<10 - 1, 256 << 10, 1 << 20, 3<<20 + 16, 3<<20 + 17} {
			if from > size {
				continue
			}
			sum, err := s.Store.Hash(t.Context(), k, o, hashedUntil(t, o, body, from), nil)
			require.NoError(t, err, "%d of %d", from, size)
			require.Equal(t, lox.Checksum(sha256.Sum256(body)), sum, "%d of %d", from, size)

			sum, err = s.Store.Hash(t.Context(), k, o, hashedUntil(t, o, forged, from), nil)
			require.NoError(t, err)
			copy(forged[from:], body[from:])
			require.Equal(t, lox.Checksum(sha256.Sum256(forged)), sum, "%d of %d: the state wasn't used", from, size)
			forged = content(int(size))
		}
		require.NoError(t, s.Store.Delete(t.Context(), k))
		_, err := s.Store.Hash(t.Context(), k, o, hashedUntil(t, o, body, size), nil)
		require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "the object is deleted, although all of it was hashed: %v", err)
	}
}

// Hash ignores a state that isn't one of this object.
func testHashFromAnotherState(t *testing.T, s *suite) {
	k, body := key(), content(300_000)
	o := s.put(t, k, body)
	// The state is one of other bytes: if Hash used it, the checksum would be wrong.
	state := func(edit func(*lox.HashState)) lox.HashState {
		st := hashedUntil(t, o, content(200_000), 100_000)
		edit(&st)
		return st
	}
	for name, from := range map[string]lox.HashState{
		"none":                 {},
		"of another object":    state(func(st *lox.HashState) { st.ETag = "00000000000000000000000000000000" }),
		"of another version":   state(func(st *lox.HashState) { st.Version += "x" }),
		"garbage":              state(func(st *lox.HashState) { st.State = content(len(st.State)) }),
		"cut off":              state(func(st *lox.HashState) { st.State = st.State[:len(st.State)-1] }),
		"no state":             state(func(st *lox.HashState) { st.State = nil }),
		"beyond the end":       state(func(st *lox.HashState) { st.Bytes = 300_001 }),
		"before the beginning": state(func(st *lox.HashState) { st.Bytes = -1 }),
	} {
		sum, err := s.Store.Hash(t.Context(), k, o, from, nil)
		require.NoError(t, err, name)
		require.Equal(t, lox.Checksum(sha256.Sum256(body)), sum, name)
	}
}

// testHashSaves resumes from each saved state, and expects the same checksum.
func testHashSaves(t *testing.T, s *suite) {
	const every = 1 << 20
	for _, size := range []int{every - 1, every, 2*every + 100_001} {
		k, body := key(), content(size)
		o := s.put(t, k, body)
		var saved []lox.HashState
		sum, err := s.Store.Hash(t.Context(), k, o, lox.HashState{}, func(st lox.HashState) { saved = append(saved, st) })
		require.NoError(t, err)
		require.Equal(t, lox.Checksum(sha256.Sum256(body)), sum)
		require.Len(t, saved, size/every)
		for i, st := range saved {
			require.Equal(t, o.ETag, st.ETag)
			require.Equal(t, o.Version, st.Version)
			require.GreaterOrEqual(t, st.Bytes, int64(i+1)*every)
			require.Less(t, st.Bytes, int64(i+1)*every+every/2, "soon after")
			require.Less(t, len(st.State), 200)
			var again []lox.HashState
			got, err := s.Store.Hash(t.Context(), k, o, st, func(st lox.HashState) { again = append(again, st) })
			require.NoError(t, err)
			require.Equal(t, sum, got)
			require.Len(t, again, len(saved)-i-1)
		}
		require.NoError(t, s.Store.Delete(t.Context(), k))
	}
}

// testHashReadsTheRest counts the bytes that a resumed hash reads from the store.
func testHashReadsTheRest(t *testing.T, s *suite) {
	const size, cut = 130 << 20, 100 << 20
	k, body := key(), content(size)
	o := s.put(t, k, body)
	var saved lox.HashState
	save := func(st lox.HashState) { saved = st }
	broken := s.through(t, stopAfter(cut, func() {}))
	_, err := broken.Hash(t.Context(), k, o, lox.HashState{}, save)
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
	require.GreaterOrEqual(t, saved.Bytes, int64(64<<20))

	var read atomic.Int64
	store := s.through(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && !r.URL.Query().Has("versioning") {
				w = countingWriter{w, &read}
			}
			next.ServeHTTP(w, r)
		})
	})
	sum, err := store.Hash(t.Context(), k, o, saved, nil)
	require.NoError(t, err)
	require.Equal(t, lox.Checksum(sha256.Sum256(body)), sum)
	require.Equal(t, size-saved.Bytes, read.Load())

	// A store without support for ranges sends the whole object.
	whole := s.through(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.Query().Has("versioning") {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Length", strconv.Itoa(size))
			w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
			_, _ = io.Copy(w, bytes.NewReader(body))
		})
	})
	sum, err = whole.Hash(t.Context(), k, o, saved, nil)
	require.NoError(t, err)
	require.Equal(t, lox.Checksum(sha256.Sum256(body)), sum)
}

type countingWriter struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (w countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.n.Add(int64(n))
	return n, err
}
