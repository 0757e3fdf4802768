package server

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func hashOf(n uint64) lox.KeyHash {
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, n))
}

func passOn(hashes ...lox.KeyHash) func(func(lox.KeyPrefix)) error {
	return func(take func(lox.KeyPrefix)) error {
		for _, h := range hashes {
			take(lox.KeyPrefix(h[:8]))
		}
		return nil
	}
}

// A key that is created during a load isn't lost, whether or not the database has listed it
// already.
func TestKeyIndexSeesChangesDuringLoad(t *testing.T) {
	t.Parallel()
	var x keyIndex
	assert.True(t, x.stale())
	x.add(hashOf(1))
	require.NoError(t, x.load(func(take func(lox.KeyPrefix)) error {
		assert.True(t, x.has(hashOf(1)), "nothing is forgotten before the load is done")
		x.add(hashOf(2))
		return passOn(hashOf(3))(take)
	}))
	assert.False(t, x.stale())
	assert.False(t, x.has(hashOf(1)), "it was revoked meanwhile")
	assert.True(t, x.has(hashOf(2)))
	assert.True(t, x.has(hashOf(3)))
	x.remove(hashOf(3))
	assert.False(t, x.has(hashOf(3)))
	x.add(hashOf(3))
	assert.True(t, x.has(hashOf(3)))
	require.Error(t, x.load(func(take func(lox.KeyPrefix)) error {
		_ = passOn(hashOf(4))(take)
		return errors.New("lost")
	}))
	assert.True(t, x.has(hashOf(2)))
	assert.False(t, x.has(hashOf(4)))
}

// Keys that are created and revoked don't fill the memory.
func TestKeyIndexReloadsInsteadOfGrowing(t *testing.T) {
	t.Parallel()
	var x keyIndex
	require.NoError(t, x.load(passOn()))
	for n := range uint64(indexChanges) {
		x.add(hashOf(n))
		x.add(hashOf(n))
		x.remove(hashOf(indexChanges + n)) // as by a flood of unknown keys
	}
	assert.False(t, x.stale())
	x.add(hashOf(indexChanges))
	assert.True(t, x.stale())
	require.NoError(t, x.load(passOn()))
	assert.False(t, x.stale())
	x.expire()
	assert.True(t, x.stale())
}

// The index uses as much memory for a key as its comment says. Not parallel, because the test
// measures the whole heap.
func TestKeyIndexMemory(t *testing.T) {
	const keys = 1_000_000
	heap := func() uint64 {
		for range 3 { // pools and finalizers need more than one round
			runtime.GC()
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var x keyIndex
	before := heap()
	require.NoError(t, x.load(func(take func(lox.KeyPrefix)) error {
		for n := range uint64(keys) {
			h := hashOf(n)
			take(lox.KeyPrefix(h[:8]))
		}
		return nil
	}))
	each := float64(heap()-before) / keys
	t.Logf("%.1f bytes a key", each)
	assert.Less(t, each, 9.0)
	assert.Greater(t, each, 7.9)
	assert.True(t, x.has(hashOf(0)))
}
