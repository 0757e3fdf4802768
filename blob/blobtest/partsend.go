package blobtest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// Assembling an incomplete upload fails and changes nothing, so that the upload can be completed.
func testAssembledTooEarly(t *testing.T, s *suite) {
	of, body := s.begin(t), content(3*partSize+1000)
	size := int64(len(body))
	sent := map[int][]byte{}
	put := func(number int, part []byte) {
		s.putPart(t, of, number, part)
		sent[number] = part
	}
	part := func(number int) []byte { return body[(number-1)*partSize : min(len(body), number*partSize)] }
	incomplete := func(what string, size int64, names string) {
		t.Helper()
		err := s.Parts.AssembleParts(t.Context(), of, size)
		require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%s: %v", what, err)
		public, ok := errors.AsType[*lox.Error](err)
		require.True(t, ok)
		require.Contains(t, public.Details["parts"], names, what)
		s.requireAbsent(t, of.Key)
		s.requireParts(t, of, sent)
	}
	incomplete("no part", size, "1")
	put(2, part(2))
	incomplete("some are missing", size, "1")
	put(1, part(1)[:1000])
	put(3, part(3))
	incomplete("the last is missing", size, "4")
	put(4, part(4))
	incomplete("the first is too small", size, "1")
	put(1, part(1))
	incomplete("the last is too small", size+1, "4")
	incomplete("the last is too large", size-1, "4")
	incomplete("one is too many", 3*partSize, "4")
	incomplete("one is missing", 4*partSize+1, "5")
	incomplete("one is missing, and the last is too small", 4*partSize+1, "4")
	put(6, content(10))
	incomplete("one is too many, after a gap", size, "6")
	require.Equal(t, []string{of.UploadID}, s.unfinished(t, of.Key))

	// S3 can't delete a part.
	require.NoError(t, s.Parts.AbortParts(t.Context(), of))
	s.requireEnded(t, of)
	of.UploadID = s.beginAgain(t, of)
	for number := range 4 {
		s.putPart(t, of, number+1, part(number+1))
	}
	s.requireAssembled(t, of, body)
}

// beginAgain begins another upload of the same key.
func (s *suite) beginAgain(t *testing.T, of lox.PartsOf) string {
	t.Helper()
	id, err := s.Parts.BeginParts(t.Context(), of.Key)
	require.NoError(t, err)
	require.NotEqual(t, of.UploadID, id, "URLs of the first upload would be valid for the second")
	return id
}

func testAssembledTwice(t *testing.T, s *suite) {
	of, body := s.begin(t), content(partSize+1)
	for number, part := range numbered(body) {
		s.putPart(t, of, number, part)
	}
	s.requireAssembled(t, of, body)
	for range 2 {
		require.NoError(t, s.Parts.AssembleParts(t.Context(), of, int64(len(body))))
		s.requireObject(t, of.Key, body)
	}
	require.NoError(t, s.Parts.AbortParts(t.Context(), of), "the upload has ended already")
	s.requireObject(t, of.Key, body)
	require.NoError(t, s.Store.Delete(t.Context(), of.Key))
	requireIncomplete(t, s.Parts.AssembleParts(t.Context(), of, int64(len(body))))
	s.neverAssembled(t, of)
}

func testAssembledAtOnce(t *testing.T, s *suite) {
	of, body := s.begin(t), content(2*partSize+1)
	for number, part := range numbered(body) {
		s.putPart(t, of, number, part)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := s.Parts.AssembleParts(t.Context(), of, int64(len(body))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s.requireObject(t, of.Key, body)
	s.requireEnded(t, of)
}

// After the end of an upload, URLs of its parts are refused, and no object appears.
func testPartsAfterTheEnd(t *testing.T, s *suite) {
	body, other := content(1000), content(1000)
	for name, end := range map[string]func(of lox.PartsOf) error{
		"assembled": func(of lox.PartsOf) error { return s.Parts.AssembleParts(t.Context(), of, int64(len(body))) },
		"aborted":   func(of lox.PartsOf) error { return s.Parts.AbortParts(t.Context(), of) },
		"deleted":   func(of lox.PartsOf) error { return s.Store.Delete(t.Context(), of.Key) },
	} {
		of := s.begin(t)
		again := s.presignPart(t, lox.PartUpload{PartsOf: of, Number: 1, Size: int64(len(other))})
		more := s.presignPart(t, lox.PartUpload{PartsOf: of, Number: 2, Size: int64(len(other))})
		s.putPart(t, of, 1, body)
		require.NoError(t, end(of), name)
		for _, u := range []lox.PresignedUpload{again, more} {
			requireRefused(t, s.send(t, u, bytes.NewReader(other)), "%s", name)
		}
		if name == "assembled" {
			s.requireObject(t, of.Key, body)
			s.requireEnded(t, of)
			continue
		}
		s.neverAssembled(t, of)
		requireIncomplete(t, s.Parts.AssembleParts(t.Context(), of, int64(len(body))))
		require.NoError(t, s.Parts.AbortParts(t.Context(), of), "a second time")
		s.neverAssembled(t, of)
	}
}

// Running uploads of parts end with their upload.
func testAbortedMeanwhile(t *testing.T, s *suite) {
	for name, end := range map[string]func(of lox.PartsOf) error{
		"aborted": func(of lox.PartsOf) error { return s.Parts.AbortParts(t.Context(), of) },
		"deleted": func(of lox.PartsOf) error { return s.Store.Delete(t.Context(), of.Key) },
	} {
		of, body := s.begin(t), content(1<<20)
		s.putPart(t, of, 1, body)
		var clients []Conn
		for number := range 4 { // the first is uploaded again
			c := Dial(t, s.presignPart(t, lox.PartUpload{PartsOf: of, Number: number + 1, Size: int64(len(body))}))
			c.Send(t, body[:len(body)/2])
			clients = append(clients, c)
		}
		require.NoError(t, end(of), name)
		for _, c := range clients {
			_, _ = c.Write(body[len(body)/2:]) // the server need not read it
			status, _ := c.status()            // 0 is none
			require.NotEqual(t, http.StatusOK, status, name)
		}
		s.neverAssembled(t, of)
	}
}

// The deletion of an object also ends its uploads in parts, but not those of other objects.
func testDeleteParts(t *testing.T, s *suite) {
	body := content(1000)
	other := s.begin(t)
	s.putPart(t, other, 1, body)
	for name, remove := range map[string]func(key string) error{
		"Delete": func(key string) error { return s.Store.Delete(t.Context(), key) },
		"DeleteAll": func(key string) error {
			return s.Store.DeleteAll(t.Context(), []lox.Purge{{ObjectKey: key}})[0].Err
		},
	} {
		of := s.begin(t)
		s.putPart(t, of, 1, body)
		for range 2 {
			require.NoError(t, remove(of.Key), name)
			s.neverAssembled(t, of)
		}
		unused := s.begin(t)
		require.NoError(t, remove(unused.Key), name)
		s.neverAssembled(t, unused)
	}
	s.requireParts(t, other, map[int][]byte{1: body})
	s.requireAssembled(t, other, body)
}

func testPartsCanceled(t *testing.T, s *suite) {
	of, body := s.begin(t), content(1000)
	s.putPart(t, of, 1, body)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	canceled := func(err error) {
		t.Helper()
		require.ErrorIs(t, err, context.Canceled)
		require.NotEqual(t, lox.CodeUnavailable, lox.CodeOf(err), "not the store's fault")
	}
	_, err := s.Parts.BeginParts(ctx, of.Key)
	canceled(err)
	_, err = s.Parts.Parts(ctx, of, 0, 10)
	canceled(err)
	canceled(s.Parts.AssembleParts(ctx, of, int64(len(body))))
	canceled(s.Parts.AbortParts(ctx, of))
	var last error
	for _, last = range s.Parts.UnfinishedParts(ctx) {
	}
	require.ErrorIs(t, last, context.Canceled)
	s.requireParts(t, of, map[int][]byte{1: body})
	s.requireAssembled(t, of, body)
}
