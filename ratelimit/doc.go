// Package ratelimit counts requests. Limiter implements server.RateLimiter with two limits, per minute and per
// hour. It checks both together, and counts a request in both or in neither, so that a request that one of
// them refuses uses up nothing of the other.
//
// The counters are kept in this process, or in a Redis that all servers share. While Redis fails,
// Limiter counts in this process, and returns to Redis by itself.
package ratelimit
