package ratelimit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/ratelimit"
	"github.com/backlox/lox/ratelimit/redistest"
)

func TestServersShareRedis(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	cfg := ratelimit.Config{RedisURL: s.URL, Timeout: patient}
	servers := []*ratelimit.Limiter{open(t, cfg), open(t, cfg)}
	limit := lox.RateLimit{PerMinute: 100, PerHour: 150}
	taken := together(2_000, func(i int) bool {
		d, err := servers[i%2].Take(t.Context(), "tenant", lox.RateUploads, limit)
		return assert.NoError(t, err) && d.Allowed
	})
	assert.Equal(t, 100, taken)
	d, err := servers[0].Peek(t.Context(), "tenant", lox.RateUploads, limit)
	require.NoError(t, err)
	assert.EqualValues(t, 0, d.Minute.Remaining)
	assert.EqualValues(t, 50, d.Hour.Remaining)
}

func TestDecisionIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	counters := openRedis(t, s.URL)
	take(t, counters, "k", minute(5), hour(5))
	sha, eval := s.Calls("evalsha"), s.Calls("eval")
	for range 10 {
		take(t, counters, "k", minute(5), hour(5))
	}
	assert.Equal(t, 10, s.Calls("evalsha")-sha)
	assert.Zero(t, s.Calls("eval")-eval)
}

// Redis loses scripts when it is restarted, or on SCRIPT FLUSH.
func TestMissingScriptIsLoadedAgain(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	counters := openRedis(t, s.URL)
	for want := int64(4); want > 1; want-- {
		_, left := take(t, counters, "k", minute(5))
		assert.Equal(t, want, left[0])
		require.NoError(t, s.Client().ScriptFlush(t.Context()).Err())
	}
}

// A counter without expiry would refuse requests forever.
func TestCounterWithoutExpiryGetsOne(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	counters := openRedis(t, s.URL)
	take(t, counters, "k", minute(1), hour(5))
	client := s.Client()
	names, err := client.Keys(t.Context(), "lox:*").Result()
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"lox:{limit:k}:60000", "lox:{limit:k}:3600000"}, names)
	for _, name := range names {
		require.NoError(t, client.Persist(t.Context(), name).Err())
	}
	taken, _ := take(t, counters, "k", minute(1), hour(5))
	assert.False(t, taken)
	for _, name := range names {
		left, err := client.PTTL(t.Context(), name).Result()
		require.NoError(t, err)
		assert.Positive(t, left, name)
	}
}

func TestCluster(t *testing.T) {
	t.Parallel()
	s := redistest.StartCluster(t)
	l := open(t, ratelimit.Config{RedisURL: s.URL, Timeout: patient})
	require.NoError(t, l.Ping(t.Context()))
	limit := lox.RateLimit{PerMinute: 2, PerHour: 3}
	for _, subject := range []string{"", "a", "}", "{", "{}", "2001:db8::1"} { // all in one slot each
		for _, want := range []bool{true, true, false} {
			d, err := l.Take(t.Context(), subject, lox.RateUploads, limit)
			require.NoError(t, err)
			assert.Equal(t, want, d.Allowed)
		}
	}
}

func TestCallEndsWithContext(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	counters := openRedis(t, s.URL)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := counters.Count(canceled, takeOf("k", minute(1)))
	require.ErrorIs(t, err, context.Canceled)

	s.Stop()
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, _, err = counters.Count(short, takeOf("k", minute(1)))
	require.Error(t, err)
	assert.Less(t, time.Since(begun), patient/2)
}

func TestFullRedisIsDown(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	counters := openRedis(t, s.URL)
	require.NoError(t, counters.Ping(t.Context()))
	require.NoError(t, s.Client().ConfigSet(t.Context(), "maxmemory", "1").Err())
	require.ErrorContains(t, counters.Ping(t.Context()), "OOM")
}

func TestWrongURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"localhost:6379",
		"s3cret",
		"http://user:s3cret@localhost",
		"redis:s3cret",
		"redis://user:s3cret@localhost:port",
		"redis://user:s3cret@localhost/database",
		"redis://user:s3cret@localhost/1/2",
		"redis://user:s3cret@localhost?no_such_option=1",
		"redis://user:s3cret@localhost?read_timeout=long",
		"redis://user:s3cret@localhost/1?addr=other:6379",
		"redis://user:s3cret@localhost?addr=other",
		"unix://user:s3cret@",
		// These are not encoded correctly.
		"redis://user:s3cret/@localhost",
		"redis://user:/s3cret@localhost",
		"redis://:1/s3cret@localhost",
		"redis://user:?s3cret@localhost",
		"redis://user:1?s3cret@localhost",
		"redis://user:1#s3cret@localhost",
		"redis://user:%s3cret@localhost",
		"redis://user:s3cret%@localhost",
	} {
		_, err := ratelimit.Open(ratelimit.Config{RedisURL: url})
		if assert.Error(t, err, url) {
			assert.NotContains(t, err.Error(), "s3cret", url)
			assert.Contains(t, err.Error(), "redis://user:password@host:6379/0", url)
		}
	}
}

func TestWrongPasswordIsNotShown(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	url := strings.Replace(s.URL, "unix://", "unix://user:s3cret@", 1)
	for _, url := range []string{url, "redis://user:s3cret@127.0.0.1:1", "rediss://user:s3cret@127.0.0.1:1?addr=127.0.0.1:1"} {
		err := openRedis(t, url).Ping(t.Context())
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "s3cret")
	}
}
