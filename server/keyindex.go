package server

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"github.com/backlox/lox"
)

const (
	// indexTimeout bounds one load of the index. PostgreSQL sends a million keys in
	// about a second.
	indexTimeout = time.Minute
	// indexChanges is how many keys may come and go before the index is loaded anew,
	// at least; in a larger one it is an eighth of the keys.
	indexChanges, indexChangesPart = 10_000, 8
)

// keyIndex holds the first 8 bytes of the SHA-256 of every key that may be valid:
// 8 bytes of memory a key, 18 more while it is loaded, and 40 for each that
// came or went since, of which there are at most indexChanges or an eighth. Nobody
// can find another key with the same 8 bytes without knowing them, so a key that
// was made up isn't in it.
//
// It may hold keys that were revoked: a question to the database finds that out,
// and they leave it. It may lack keys that were created a moment ago by another
// server. The zero value lacks all keys.
type keyIndex struct {
	mu     sync.RWMutex
	sorted []uint64 // as loaded
	loaded bool
	// changes are the keys that came (true) or went (false) since the load began
	// that sorted is of, and during those since the present load began; nil if none
	// is under way. The database may have been read before or after each of them.
	changes, during map[uint64]bool
}

func indexed(hash lox.KeyHash) uint64 { return binary.BigEndian.Uint64(hash[:]) }

// has reports whether a key may be valid.
func (x *keyIndex) has(hash lox.KeyHash) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.hasPrefix(indexed(hash))
}

func (x *keyIndex) hasPrefix(prefix uint64) bool {
	if came, changed := x.changes[prefix]; changed {
		return came
	}
	_, found := slices.BinarySearch(x.sorted, prefix)
	return found
}

// add says that a key may be valid.
func (x *keyIndex) add(hash lox.KeyHash) { x.set(indexed(hash), true) }

// remove says that a key isn't valid.
func (x *keyIndex) remove(hash lox.KeyHash) { x.set(indexed(hash), false) }

func (x *keyIndex) set(prefix uint64, valid bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.during != nil && (valid || x.hasPrefix(prefix)) {
		x.during[prefix] = valid
	}
	if x.hasPrefix(prefix) == valid {
		return
	}
	if x.changes == nil {
		x.changes = map[uint64]bool{}
	}
	x.changes[prefix] = valid
}

// stale reports whether the index must be loaded: it never was, or much has
// changed since, so that it takes more memory, and revoked keys may be a large
// part of it.
func (x *keyIndex) stale() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return !x.loaded || len(x.changes) > max(indexChanges, len(x.sorted)/indexChangesPart)
}

// expire makes the index stale.
func (x *keyIndex) expire() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.loaded = false
}

// load replaces the index by what each passes on, and what has changed meanwhile.
// If that fails, it stays as it is. One load at a time.
func (x *keyIndex) load(each func(func(lox.KeyPrefix)) error) error {
	x.mu.Lock()
	x.during = map[uint64]bool{}
	x.mu.Unlock()
	var prefixes []uint64
	err := each(func(p lox.KeyPrefix) { prefixes = append(prefixes, binary.BigEndian.Uint64(p[:])) })
	slices.Sort(prefixes)
	prefixes = slices.Clone(prefixes) // of no more than its length
	x.mu.Lock()
	defer x.mu.Unlock()
	if err == nil {
		x.sorted, x.changes, x.loaded = prefixes, x.during, true
	}
	x.during = nil
	return err
}

// LoadIndex reads which keys are valid, so that no other key's use can keep one of
// them from being looked up. Run calls it whenever changes may have been missed;
// call it before, so that it holds from the first request on. The error is the
// store's.
func (k *KeyCache) LoadIndex(ctx context.Context) error {
	k.indexing.Lock()
	defer k.indexing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, indexTimeout)
	defer cancel()
	return k.index.load(func(take func(lox.KeyPrefix)) error { return k.store.KeyPrefixes(ctx, take) })
}

// requestIndex has Run load the index soon.
func (k *KeyCache) requestIndex() {
	select {
	case k.reindex <- struct{}{}:
	default: // it was asked for already
	}
}

// keepIndex loads the index when that is asked for, until ctx ends. What fails is
// tried again at the next tick of Run.
func (k *KeyCache) keepIndex(ctx context.Context) {
	for {
		select {
		case <-k.reindex:
		case <-ctx.Done():
			return
		}
		if err := k.LoadIndex(ctx); err != nil && ctx.Err() == nil {
			k.index.expire()
			k.log.WarnContext(ctx, "the API keys could not be listed, will try again", "error", err)
		}
	}
}
