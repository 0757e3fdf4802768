package blobtest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// testOwn writes and reads objects of LOX itself, which lists don't have.
func testOwn(t *testing.T, s *suite) {
	s.put(t, key(), content(10))
	const name = "test-of-the-suite"
	got, err := s.Store.ReadOwn(t.Context(), name)
	require.NoError(t, err)
	assert.Nil(t, got)
	for _, n := range []int{1, lox.MaxOwnObject, 100} {
		want := content(n)
		require.NoError(t, s.Store.WriteOwn(t.Context(), name, want))
		got, err := s.Store.ReadOwn(t.Context(), name)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(want, got))
	}
	listed := 0
	for o, err := range s.lister(t).Objects(t.Context()) {
		require.NoError(t, err)
		assert.False(t, strings.HasPrefix(o.Key, lox.OwnPrefix), o.Key)
		listed++
	}
	assert.Positive(t, listed)
	if s.S3 == nil {
		return
	}
	versions := 0
	for o := range s.core(t).ListObjectsIter(t.Context(), s.S3.Bucket, minio.ListObjectsOptions{Prefix: lox.OwnPrefix + name, WithVersions: true, Recursive: true}) {
		require.NoError(t, o.Err)
		versions++
	}
	assert.Equal(t, 1, versions, "earlier versions are removed")
}

// testOwnAtOnce writes and reads at the same time.
func testOwnAtOnce(t *testing.T, s *suite) {
	const name = "written-at-once"
	text := func(i int) []byte { return []byte(strings.Repeat(fmt.Sprint(i), 1000)) }
	require.NoError(t, s.Store.WriteOwn(t.Context(), name, text(0)))
	done := make(chan error)
	for i := range 4 {
		go func() { done <- s.Store.WriteOwn(t.Context(), name, text(i)) }()
	}
	for left := 4; left > 0; {
		select {
		case err := <-done:
			require.NoError(t, err)
			left--
		default:
		}
		got, err := s.Store.ReadOwn(t.Context(), name)
		require.NoError(t, err)
		require.Len(t, got, 1000)
		require.Equal(t, strings.Repeat(string(got[:1]), 1000), string(got))
	}
}
