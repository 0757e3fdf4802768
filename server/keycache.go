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
	// keyLoads is how often a load is begun again because its key changed in the
	// middle of it.
	keyLoads = 3

	// watchedTTL is for how long a key is trusted while changes are told: a
	// backstop. unwatchedTTL bounds for how long a revoked key works on otherwise.
	watchedTTL   = 30 * time.Second
	unwatchedTTL = time.Second

	// A key's use is noted once in useInterval and written down every
	// flushInterval, so that what is shown lags by less than a minute.
	useInterval   = 30 * time.Second
	flushInterval = 15 * time.Second
)

// KeyCache remembers who the API keys of late belong to, so that a request doesn't
// have to ask the database, and forgets a key as soon as anybody changes it. It
// also notes when keys were used.
type KeyCache struct {
	store lox.KeyStore
	log   *slog.Logger
	clock func() time.Time

	cache *otter.Cache[lox.KeyHash, knownKey]
	// unknown are keys that don't exist, and that somebody goes on to use.
	unknown *otter.Cache[lox.KeyHash, knownKey]
	loads   singleflight.Group
	// index tells a key that may be valid from one that was made up.
	index keyIndex
	// reindex asks Run to load the index, and indexing is held by who does.
	reindex  chan struct{}
	indexing sync.Mutex

	// loading are the keys that the store is being asked for. What it answers may
	// be kept only if nothing was heard of the key since; mu makes that decision
	// and the hearing exclude each other.
	mu      sync.Mutex
	loading map[lox.KeyHash]*keyLoad
	// blind means that it was logged that changes are not being told.
	blind bool
	// generation is that of the entries still to be trusted, and watched whether
	// changes are being told.
	generation atomic.Uint64
	watched    atomic.Bool

	// hits and misses count the keys that were remembered, and those that were looked up.
	hits, misses atomic.Int64

	usedMu sync.Mutex
	used   map[lox.KeyID]time.Time
}

// keyLoad is one that is under way.
type keyLoad struct {
	outdated bool // the key may have changed since it began
}

// untrusted is the generation of no entry.
const untrusted = math.MaxUint64

type knownKey struct {
	lox.Principal
	loaded     time.Time
	generation uint64
	noted      *atomic.Int64 // when its use was last noted, in Unix seconds
}

// NewKeyCache returns an empty cache. Run keeps it up to date.
func NewKeyCache(store lox.KeyStore, log *slog.Logger, clock func() time.Time) *KeyCache {
	return &KeyCache{
		store: store, log: log, clock: clock,
		cache:   otter.Must(&otter.Options[lox.KeyHash, knownKey]{MaximumSize: keyCacheSize}),
		unknown: otter.Must(&otter.Options[lox.KeyHash, knownKey]{MaximumSize: unknownSize}),
		reindex: make(chan struct{}, 1),
		loading: map[lox.KeyHash]*keyLoad{},
		used:    map[lox.KeyID]time.Time{},
	}
}

// Run listens to changes of keys and writes down their use, until ctx ends.
// Without it, a key is asked for again every second.
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

// keyWatch is what KeyCache hears by, until the context of its Run has ended.
type keyWatch struct {
	*KeyCache
	ended func() bool
}

// KeyChanged implements lox.KeyWatch. The key is not trusted any more, but
// still known: it may well be as good as before.
func (k keyWatch) KeyChanged(hash lox.KeyHash) {
	k.changed(hash)
}

// changed forgets what was known about a key. That it is new or was revoked is
// all the same to the index: a key that proves to be unknown leaves it again.
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
	k.generation.Add(1) // as in KeyChanged, of all
	k.watched.Store(true)
	k.requestIndex() // of which changes may have been missed
	if k.blind {
		k.log.Info("notifications of API key changes work again")
		k.blind = false
	}
}

// KeysUnwatched implements lox.KeyWatch.
func (k keyWatch) KeysUnwatched(why error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.outdateLoads() // what is being loaded is of the last moment that was watched
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

// unlisted reports whether to find out who a key belongs to takes a question to the
// database that is most likely in vain: the key is neither remembered nor in the index.
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

// principal finds who a key belongs to. CodeAuthentication: nobody.
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

// load asks the store, once for all who wait for the same key. It must not end
// with the first of them.
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

// begin has a load hear of changes until the function that it returns is called.
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

// keep remembers what a load found, unless a change of the key was heard of since
// it began: then what was found may be the past.
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

// note remembers that a key was used. Most of the time it was noted a moment
// ago, and nothing is locked.
func (k *KeyCache) note(known knownKey, now time.Time) {
	last := known.noted.Load()
	if now.Unix()-last < int64(useInterval/time.Second) || !known.noted.CompareAndSwap(last, now.Unix()) {
		return
	}
	k.usedMu.Lock()
	defer k.usedMu.Unlock()
	k.used[known.Key] = lox.Seconds(now)
}

// flush writes down what was used since the last time. What can't be written is
// kept for the next.
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
		k.log.WarnContext(ctx, "the use of API keys was not written down, will try again", "keys", len(used), "error", err)
		k.usedMu.Lock()
		defer k.usedMu.Unlock()
		maps.Copy(used, k.used)
		k.used = used
	}
}
