// Package ratelimit counts requests. Limiter implements lox.RateLimiter: two
// caps, per minute and per hour, that are checked together and charged
// together or not at all, so that a request that one of them refuses burns
// nothing in the other.
//
// The counters are kept in this process (Memory), or in a Redis that all
// servers share. While Redis fails, Limiter counts in this process, and goes
// back by itself.
package ratelimit
