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
	// indexChanges is how many keys must change before the index is loaded again. For a large index it is
	// an eighth of its keys, if that is more.
	indexChanges, indexChangesPart = 10_000, 8
)

// keyIndex holds the first 8 bytes of the SHA-256 of every key that may be valid. It takes 8 bytes of
// memory a key, 18 more during a load, and 40 for each key that was added or removed since; those are at
// most indexChanges or an eighth of the keys. A client that doesn't know these 8 bytes can't find another
// key with the same ones, so a made-up key isn't in the index.
//
// It may hold keys that were revoked: a query to the database shows that, and removes them. It may lack
// keys that another server created a moment ago. The zero value lacks all keys.
type keyIndex struct {
	mu     sync.RWMutex
	sorted []uint64 // as loaded
	loaded bool
	// changes are the keys that were added (true) or removed (false) since the load of sorted began. during
	// are those since the load that is under way began; it is nil if none is. The database may have been
	// read before or after each change.
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

// add records that a key may be valid.
func (x *keyIndex) add(hash lox.KeyHash) { x.set(indexed(hash), true) }

// remove records that a key isn't valid.
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

// stale reports whether the index must be loaded: it never was loaded, or so much has changed since that it
// takes more memory and may hold many revoked keys.
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

// load replaces the index by the prefixes that each yields, and by the changes during the load. If each
// fails, the index stays as it is. Only one load may run at a time.
func (x *keyIndex) load(each func(func(lox.KeyPrefix)) error) error {
	x.mu.Lock()
	x.during = map[uint64]bool{}
	x.mu.Unlock()
	var prefixes []uint64
	err := each(func(p lox.KeyPrefix) { prefixes = append(prefixes, binary.BigEndian.Uint64(p[:])) })
	slices.Sort(prefixes)
	prefixes = slices.Clone(prefixes) // without spare capacity
	x.mu.Lock()
	defer x.mu.Unlock()
	if err == nil {
		x.sorted, x.changes, x.loaded = prefixes, x.during, true
	}
	x.during = nil
	return err
}

// LoadIndex loads the index of valid keys, so that requests with made-up keys never keep a valid key from
// being looked up. Run calls it whenever changes may have been missed; call it before Run, so that the
// index is complete from the first request on. The error is the store's.
func (k *KeyCache) LoadIndex(ctx context.Context) error {
	k.indexing.Lock()
	defer k.indexing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, indexTimeout)
	defer cancel()
	return k.index.load(func(take func(lox.KeyPrefix)) error { return k.store.KeyPrefixes(ctx, take) })
}

// requestIndex asks Run to load the index soon.
func (k *KeyCache) requestIndex() {
	select {
	case k.reindex <- struct{}{}:
	default: // a load is requested already
	}
}

// keepIndex loads the index whenever requestIndex asks for it, until ctx ends. If a load fails, Run asks
// again at its next tick.
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
