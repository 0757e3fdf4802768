package server

import (
	"net/http"
	"net/url"

	"github.com/rs/cors"
)

// corsMaxAge is how long a browser may cache the answer to a preflight, in seconds. Chromium caches none
// for longer than two hours.
const corsMaxAge = 7200

// withCORS lets web pages of the configured origins use the API and the signed URLs. No cookies are
// involved: a page needs an API key or a signed URL.
func withCORS(cfg Config, handler http.Handler) http.Handler {
	// Pages of this server are allowed, too: they may have been opened at another of its addresses.
	origins := append(originsOf(cfg.PublicURL), cfg.CORSOrigins...)
	if len(origins) == 0 {
		return handler
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowedHeaders: []string{"*"},
		ExposedHeaders: []string{
			"Accept-Ranges", "Content-Disposition", "Content-Length", "Content-Range", "Deprecation", "ETag", "Idempotent-Replayed", "Link", "Location",
			"RateLimit", "RateLimit-Policy", "Retry-After", "Sunset", "X-RateLimit-Limit", "X-RateLimit-Limit-Hour", "X-RateLimit-Remaining",
			"X-RateLimit-Remaining-Hour", "X-RateLimit-Reset", "X-RateLimit-Reset-Hour", "X-Request-ID",
		},
		MaxAge: corsMaxAge,
	}).Handler(handler)
}

// originsOf returns the origin of a URL, or none if the URL is "".
func originsOf(text string) []string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}
