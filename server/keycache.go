package server

import (
	"context"
	"log/slog"
	"maps"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/backlox/lox"
)

const (
	keyCacheSize   = 100_000
	unknownSize    = 10_000
	keyLoadTimeout = 5 * time.Second
	// keyLoads is how many times a load is tried if its key changes meanwhile.
	keyLoads = 3

	// watchedTTL is how long an entry is trusted while notifications of changes arrive: a backstop.
	// unwatchedTTL is how long it is trusted while they don't, so it bounds how long a revoked key still
	// works then.
	watchedTTL   = 30 * time.Second
	unwatchedTTL = time.Second

	// The use of a key is noted once in useInterval and stored every flushInterval, so that the time shown
	// is less than a minute old.
	useInterval   = 30 * time.Second
	flushInterval = 15 * time.Second
)

// KeyCache caches the principals of recently used API keys, so that a request needs no database query. It
// drops an entry as soon as a notification says that the key changed. It also records when keys were used.
type KeyCache struct {
	store KeyStore
	log   *slog.Logger
	clock func() time.Time

	cache *otter.Cache[lox.KeyHash, knownKey]
	// unknown are keys that don't exist, but that clients use repeatedly.
	unknown *otter.Cache[lox.KeyHash, knownKey]
	loads   singleflight.Group
	// index distinguishes keys that may be valid from made-up keys.
	index keyIndex
	// reindex asks Run to load the index. indexing is held during a load.
	reindex  chan struct{}
	indexing sync.Mutex

	// loading are the keys for which a query to the store is under way. Its result may be cached only if no
	// notification of the key arrived since the query began. mu makes that decision and the handling of a
	// notification exclude each other.
	mu      sync.Mutex
	loading map[lox.KeyHash]*keyLoad
	// blind means that the loss of notifications was logged.
	blind bool
	// generation is the generation of the entries that are still trusted. watched says whether
	// notifications of changes arrive.
	generation atomic.Uint64
	watched    atomic.Bool

	// hits and misses count the keys that were found in the cache, and those that were looked up.
	hits, misses atomic.Int64

	usedMu sync.Mutex
	used   map[lox.KeyID]time.Time
}

// keyLoad is a load that is under way.
type keyLoad struct {
	outdated bool // the key may have changed since it began
}

// untrusted is a generation that no trusted entry has.
const untrusted = math.MaxUint64

type knownKey struct {
	lox.Principal
	loaded     time.Time
	generation uint64
	noted      *atomic.Int64 // when the use of the key was last noted, in Unix seconds
}

// NewKeyCache returns an empty cache. Run keeps it up to date.
func NewKeyCache(store KeyStore, log *slog.Logger, clock func() time.Time) *KeyCache {
	return &KeyCache{
		store: store, log: log, clock: clock,
		cache:   otter.Must(&otter.Options[lox.KeyHash, knownKey]{MaximumSize: keyCacheSize}),
		unknown: otter.Must(&otter.Options[lox.KeyHash, knownKey]{MaximumSize: unknownSize}),
		reindex: make(chan struct{}, 1),
		loading: map[lox.KeyHash]*keyLoad{},
		used:    map[lox.KeyID]time.Time{},
	}
}

// Run handles notifications of changed keys and stores when keys were used, until ctx ends. Without Run,
// each key is looked up again every second.
func (k *KeyCache) Run(ctx context.Context) {
	var running sync.WaitGroup
	running.Go(func() { k.store.WatchKeys(ctx, keyWatch{k, func() bool { return ctx.Err() != nil }}) })
	running.Go(func() { k.keepIndex(ctx) })
	defer running.Wait()
	tick := time.NewTicker(flushInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if !k.watched.Load() || k.index.stale() {
				k.requestIndex()
			}
			k.flush(ctx)
		case <-ctx.Done():
			k.flush(context.WithoutCancel(ctx))
			return
		}
	}
}

// keyWatch receives notifications for KeyCache. ended reports whether the context of Run has ended.
type keyWatch struct {
	*KeyCache
	ended func() bool
}

// KeyChanged implements lox.KeyWatch. The entry is no longer trusted, but stays in the cache: the key may
// still be valid.
func (k keyWatch) KeyChanged(hash lox.KeyHash) {
	k.changed(hash)
}

// changed drops what is cached about a key. It adds the key to the index whether the key is new or was
// revoked: a key that proves to be unknown is removed again.
func (k *KeyCache) changed(hash lox.KeyHash) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l := k.loading[hash]; l != nil {
		l.outdated = true
	}
	k.index.add(hash)
	k.unknown.Invalidate(hash)
	if known, ok := k.cache.GetIfPresent(hash); ok {
		known.generation = untrusted
		k.cache.Set(hash, known)
	}
}

// KeysWatched implements lox.KeyWatch.
func (k keyWatch) KeysWatched() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.outdateLoads()
	k.generation.Add(1) // no entry is trusted any more
	k.watched.Store(true)
	k.requestIndex() // changes may have been missed
	if k.blind {
		k.log.Info("notifications of API key changes work again")
		k.blind = false
	}
}

// KeysUnwatched implements lox.KeyWatch.
func (k keyWatch) KeysUnwatched(why error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.outdateLoads() // changes during these loads may be missed
	k.watched.Store(false)
	if !k.blind && !k.ended() {
		k.log.Warn("notifications of API key changes do not arrive: every key is looked up again after a second", "error", why)
		k.blind = true
	}
}

func (k *KeyCache) outdateLoads() {
	for _, l := range k.loading {
		l.outdated = true
	}
}

// unlisted reports whether a database query would be needed for a key that most likely doesn't exist: the
// key is neither cached nor in the index.
func (k *KeyCache) unlisted(hash lox.KeyHash) bool {
	if _, ok := k.cache.GetIfPresent(hash); ok {
		return false
	}
	return !k.knownNotToExist(hash) && !k.index.has(hash)
}

func (k *KeyCache) knownNotToExist(hash lox.KeyHash) bool {
	unknown, ok := k.unknown.GetIfPresent(hash)
	return ok && k.trusted(unknown)
}

// principal returns the principal of a key. CodeAuthentication: the key is unknown or has expired.
func (k *KeyCache) principal(ctx context.Context, hash lox.KeyHash) (lox.Principal, error) {
	known, ok := k.cache.GetIfPresent(hash)
	if !ok && k.knownNotToExist(hash) {
		return lox.Principal{}, lox.ErrInvalidAPIKey
	}
	if ok = ok && k.trusted(known); ok {
		k.hits.Add(1)
	} else {
		k.misses.Add(1)
		var err error
		if known, err = k.load(ctx, hash); err != nil {
			return lox.Principal{}, err
		}
	}
	now := k.clock()
	if known.ExpiresAt != nil && !now.Before(*known.ExpiresAt) {
		return lox.Principal{}, lox.ErrInvalidAPIKey
	}
	k.note(known, now)
	return known.Principal, nil
}

func (k *KeyCache) trusted(known knownKey) bool {
	ttl := unwatchedTTL
	if k.watched.Load() {
		ttl = watchedTTL
	}
	return known.generation == k.generation.Load() && k.clock().Sub(known.loaded) < ttl
}

// load queries the store, once for all callers that wait for the same key. The query must not end when the
// first caller's context ends.
func (k *KeyCache) load(ctx context.Context, hash lox.KeyHash) (knownKey, error) {
	loaded, err, _ := k.loads.Do(string(hash[:]), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keyLoadTimeout)
		defer cancel()
		var (
			known knownKey
			err   error
		)
		l := &keyLoad{}
		defer k.begin(hash, l)()
		for range keyLoads {
			known = knownKey{loaded: k.clock(), generation: k.generation.Load(), noted: &atomic.Int64{}}
			known.Principal, err = k.store.PrincipalByKey(ctx, hash)
			if k.keep(hash, known, err, l) {
				return known, err
			}
		}
		return known, errKeysChanging
	})
	known, _ := loaded.(knownKey)
	return known, err
}

var errKeysChanging = lox.Errorf(lox.CodeUnavailable, "The API key could not be checked, try again later")

// begin registers a load, so that changes of its key mark it outdated, until the returned function is
// called.
func (k *KeyCache) begin(hash lox.KeyHash, l *keyLoad) (end func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.loading[hash] = l
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.loading, hash)
	}
}

// keep caches the result of a load. It returns false, and caches nothing, if the key changed since the load
// began: the result may be outdated.
func (k *KeyCache) keep(hash lox.KeyHash, known knownKey, err error, l *keyLoad) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case l.outdated:
		l.outdated = false // for the next try
		return false
	case err == nil:
		k.index.add(hash)
		k.cache.Set(hash, known)
	case lox.CodeOf(err) == lox.CodeAuthentication:
		k.index.remove(hash)
		k.cache.Invalidate(hash)
		k.unknown.Set(hash, known)
	}
	return true
}

// note records that a key was used. Most of the time the use was noted a moment ago, and no lock is taken.
func (k *KeyCache) note(known knownKey, now time.Time) {
	last := known.noted.Load()
	if now.Unix()-last < int64(useInterval/time.Second) || !known.noted.CompareAndSwap(last, now.Unix()) {
		return
	}
	k.usedMu.Lock()
	defer k.usedMu.Unlock()
	k.used[known.Key] = lox.Seconds(now)
}

// flush stores the uses since the last flush. If that fails, the next flush tries again.
func (k *KeyCache) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, keyLoadTimeout)
	defer cancel()
	k.usedMu.Lock()
	used := k.used
	k.used = map[lox.KeyID]time.Time{}
	k.usedMu.Unlock()
	if len(used) == 0 {
		return
	}
	if err := k.store.NoteKeyUse(ctx, used); err != nil {
		k.log.WarnContext(ctx, "the last use of API keys could not be recorded, will try again", "keys", len(used), "error", err)
		k.usedMu.Lock()
		defer k.usedMu.Unlock()
		maps.Copy(used, k.used)
		k.used = used
	}
}
