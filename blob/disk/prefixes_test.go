package disk

import (
	"context"
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

const smallPart = 300_000 // more than a buffer

// The checksum of the object is known when the parts are assembled, whatever their order, and even if they were uploaded
// several times.
func TestChecksumIsKnownWhenPartsAreAssembled(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	for _, order := range [][]int{{1, 2, 3, 4}, {4, 3, 2, 1}, {3, 1, 4, 2}, {1, 2, 1, 3, 4}, {1, 2, 3, 4, 4, 2, 1, 3, 1, 1, 1, 1}} {
		of, body := f.begin(t, smallPart), content(3*smallPart+1)
		for i, number := range order {
			part := body[(number-1)*smallPart : min(len(body), number*smallPart)]
			if slices.Contains(order[i+1:], number) {
				part = content(len(part)) // to be replaced
			}
			f.putPart(t, of, number, part)
		}
		require.NoError(t, f.AssembleParts(t.Context(), of, int64(len(body))))
		o, err := f.Stat(t.Context(), of.Key)
		require.NoError(t, err)
		require.NotNil(t, o.Checksum, "%v", order)
		assert.Equal(t, sumOf(body), *o.Checksum, "%v", order)
	}
	assert.Empty(t, f.prefixes.known)
}

// hashed waits until the workers are idle, and returns how many bytes are hashed and how often the hash was restarted.
func (f *fixture) hashed(t *testing.T, key string) (bytes int64, restarts int) {
	t.Helper()
	require.Eventually(t, func() bool {
		f.prefixes.mu.Lock()
		defer f.prefixes.mu.Unlock()
		if f.prefixes.workers > 0 {
			return false
		}
		if x := f.prefixes.known[key]; x != nil {
			bytes, restarts = x.bytes, x.restarts
		}
		return true
	}, 10*time.Second, time.Millisecond)
	return bytes, restarts
}

// All parts before the first gap are hashed during the upload.
func TestPartsAreHashedAsTheyArrive(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	of, body := f.begin(t, smallPart), content(4*smallPart)
	want := func(n int64, restarts int) {
		t.Helper()
		got, again := f.hashed(t, of.Key)
		assert.Equal(t, n, got)
		assert.Equal(t, restarts, again)
	}
	part := func(number int) { f.putPart(t, of, number, body[(number-1)*smallPart:number*smallPart]) }
	part(2)
	want(0, 0)
	part(1)
	want(2*smallPart, 0)
	part(4)
	want(2*smallPart, 0)
	part(4)
	want(2*smallPart, 0)
	part(3)
	want(4*smallPart, 0)
	for again := range maxRestarts {
		part(1 + again)
		want(4*smallPart, again+1)
	}
	part(1)
	want(0, maxRestarts+1)
	part(2)
	want(0, maxRestarts+1)
	require.NoError(t, f.AssembleParts(t.Context(), of, 4*smallPart), "then it is hashed at the end")
	o, err := f.Stat(t.Context(), of.Key)
	require.NoError(t, err)
	require.NotNil(t, o.Checksum)
	assert.Equal(t, sumOf(body), *o.Checksum)

	ended := f.begin(t, smallPart)
	f.putPart(t, ended, 1, body[:smallPart])
	require.NoError(t, f.AbortParts(t.Context(), ended))
	f.prefixes.mu.Lock()
	defer f.prefixes.mu.Unlock()
	assert.Empty(t, f.prefixes.known)
}

// A part that changes after it was hashed, or while it is hashed, makes the hash start again.
func TestChangedPartRestartsTheHash(t *testing.T) {
	t.Parallel()
	x := &prefix{hash: sha256.New(), partSize: 1000, bytes: 1500, part: 2, turn: make(chan struct{})}
	p := newPrefixes(nil)
	p.known["k"] = x
	p.withdrawn("k", 3)
	assert.False(t, p.interrupted(x))
	p.withdrawn("k", 2)
	assert.True(t, p.interrupted(x))
	p.withdrawn("another", 2)
	x.turn = nil
	x.restart()
	assert.Zero(t, x.bytes)
	x.bytes = 1000
	p.withdrawn("k", 2)
	assert.EqualValues(t, 1000, x.bytes, "it isn't in the hash yet")
	p.withdrawn("k", 1)
	assert.Zero(t, x.bytes)
}

// Hash begins with the bytes that were hashed before the parts were assembled.
func TestHashResumesFromTheHashedParts(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	body := content(3 * bufferSize)
	key := f.store(t, body)
	o, err := f.Stat(t.Context(), key)
	require.NoError(t, err)
	hash := func(first []byte) lox.Checksum {
		t.Helper()
		x := &prefix{hash: sha256.New(), bytes: int64(len(first))}
		_, err := x.hash.Write(first)
		require.NoError(t, err)
		f.sums.rememberPrefix(key, o.ETag, o.Size, x)
		now, err := f.Stat(t.Context(), key)
		require.NoError(t, err)
		assert.Nil(t, now.Checksum, "it isn't known yet")
		sum, err := f.Hash(t.Context(), key, o, lox.HashState{}, nil)
		require.NoError(t, err)
		return sum
	}
	assert.Equal(t, sumOf(body), hash(body[:bufferSize+1]))
	other := content(bufferSize)
	assert.Equal(t, sumOf(append(other, body[bufferSize:]...)), hash(other[:bufferSize]), "it doesn't read the hashed bytes again")
}

// An upload that is too far ahead of its hash waits for it.
func TestUploadWaitsForItsHash(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	const large = maxBehind / 2
	of := f.begin(t, large)
	p, err := f.files.openParts(of.Key, of.UploadID)
	require.NoError(t, err)
	defer p.Close()
	arrived := func(number int) {
		t.Helper()
		require.NoError(t, p.add(number, partRecord{size: large, partSize: large, modified: f.cfg.Clock()}))
	}
	x := &prefix{key: of.Key, uploadID: of.UploadID, partSize: large, hash: sha256.New(), part: 1, queued: true, turn: make(chan struct{})}
	f.prefixes.mu.Lock()
	f.prefixes.known[of.Key] = x
	f.prefixes.mu.Unlock()
	arrived(1)
	arrived(2)
	assert.Nil(t, f.prefixes.behind(of.Key, p), "one part behind the one that is hashed")
	arrived(4)
	assert.Nil(t, f.prefixes.behind(of.Key, p), "part 4 can't be hashed before part 3 is there")
	arrived(3)
	assert.NotNil(t, f.prefixes.behind(of.Key, p))

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	f.prefixes.await(ended, of.Key, p) // doesn't wait
	waited := make(chan struct{})
	go func() {
		defer close(waited)
		f.prefixes.await(t.Context(), of.Key, p)
	}()
	f.prefixes.mu.Lock()
	x.part = 3
	close(x.turn)
	x.turn = make(chan struct{})
	f.prefixes.mu.Unlock()
	<-waited
	f.prefixes.end(of.Key)
	assert.Nil(t, f.prefixes.behind(of.Key, p), "an upload that has ended doesn't wait")
}
