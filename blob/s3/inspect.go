package s3

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/cors"

	"github.com/backlox/lox"
)

// Bucket is the configuration of a bucket. A field is "" if the server doesn't report it.
type Bucket struct {
	// Versions are "on", "suspended" or "off".
	Versions string
	// Lock is "on" or "off". Retention is the default retention of new objects, such as
	// "COMPLIANCE, 30 DAYS", "" for none.
	Lock, Retention string
}

// Inspect is like Open, but changes nothing: it neither makes the bucket nor turns its
// versions on. CodeUnavailable: there is no such bucket, or no answer.
func Inspect(ctx context.Context, cfg Config) (*Store, Bucket, error) {
	s, err := newStore(ctx, &cfg)
	if err != nil {
		return nil, Bucket{}, err
	}
	if err := s.Ping(ctx); err != nil {
		s.Close()
		return nil, Bucket{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var b Bucket
	versions, err := s.api.GetBucketVersioning(ctx, s.bucket)
	switch {
	case err != nil:
	case versions.Enabled():
		b.Versions = "on"
	case versions.Suspended():
		b.Versions = "suspended"
	default:
		b.Versions = "off"
	}
	s.versioned.Store(b.Versions != "off") // if the store doesn't say, it may have versions
	b.Lock, b.Retention = s.lock(ctx)
	return s, b, nil
}

func (s *Store) lock(ctx context.Context) (lock, retention string) {
	lock, mode, validity, unit, err := s.api.GetObjectLockConfig(ctx, s.bucket)
	switch {
	case minio.ToErrorResponse(err).Code == "ObjectLockConfigurationNotFoundError":
		return "off", ""
	case err != nil:
		return "", ""
	case lock != "Enabled":
		return "off", ""
	case mode != nil && validity != nil && unit != nil:
		retention = fmt.Sprintf("%s, %d %s", *mode, *validity, *unit)
	}
	return "on", retention
}

// probePrefix is the prefix of the keys of Probe's objects.
const probePrefix = "lox-doctor/"

// Probe writes a small object, reads it and deletes it. The error says which step has
// failed.
func (s *Store) Probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	key, sent := probePrefix+rand.Text(), []byte(rand.Text())
	_, err := s.api.Client.PutObject(ctx, s.bucket, key, bytes.NewReader(sent), int64(len(sent)), minio.PutObjectOptions{})
	if err != nil {
		return fmt.Errorf("write an object: %w", err)
	}
	read, err := s.readProbe(ctx, key)
	if err == nil && !bytes.Equal(sent, read) {
		err = errors.New("it does not have the bytes that were written")
	}
	if err != nil {
		err = fmt.Errorf("read an object: %w", err)
	}
	removed := s.Delete(ctx, key)
	if removed != nil {
		removed = fmt.Errorf("delete an object, %s: %w", key, errors.Unwrap(removed))
	}
	return errors.Join(err, removed)
}

func (s *Store) readProbe(ctx context.Context, key string) ([]byte, error) {
	body, _, _, err := s.api.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	read, err := io.ReadAll(io.LimitReader(body, 1<<10))
	return read, errors.Join(err, body.Close())
}

// Clock returns the server's time, in whole seconds, rounded down.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, s.api.EndpointURL().String(), nil)
	if err != nil {
		return time.Time{}, err
	}
	_, header, err := s.request(req)
	if err != nil {
		return time.Time{}, failure(ctx, "ask the store for its time", err)
	}
	return http.ParseTime(header.Get("Date"))
}

// request sends an unsigned request.
func (s *Store) request(req *http.Request) (status int, header http.Header, err error) {
	ctx, cancel := context.WithTimeout(req.Context(), requestTimeout)
	defer cancel()
	resp, err := s.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return 0, nil, err
	}
	return resp.StatusCode, resp.Header, resp.Body.Close()
}

// What browsers send with an upload, and so must be allowed by a CORS rule.
var uploadHeaders = []string{"content-type", "x-amz-checksum-sha256", payloadHash}

// Refusals returns the origins (RFC 6454) whose web pages may not upload and download.
// known is false if neither the CORS rules can be read nor a preflight request is answered.
func (s *Store) Refusals(ctx context.Context, origins []string) (refused []string, known bool) {
	rules, err := s.api.GetBucketCors(ctx, s.bucket)
	for _, origin := range origins {
		var allowed bool
		if err == nil && rules != nil {
			allowed = allows(rules, origin, http.MethodGet) && allows(rules, origin, http.MethodPut, uploadHeaders...)
		} else if allowed, known = s.preflight(ctx, origin); !known { // MinIO has no rules, and allows every origin
			return nil, false
		}
		if !allowed {
			refused = append(refused, origin)
		}
	}
	return refused, true
}

// allows reports whether a rule lets the pages of an origin send a request. Source:
// Amazon S3 User Guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?".
func allows(rules *cors.Config, origin, method string, headers ...string) bool {
	return slices.ContainsFunc(rules.CORSRules, func(r cors.Rule) bool {
		return matchesAny(r.AllowedOrigin, origin) && slices.Contains(r.AllowedMethod, method) &&
			!slices.ContainsFunc(headers, func(h string) bool { return !matchesAny(r.AllowedHeader, h) })
	})
}

// matchesAny matches patterns with at most one "*". Pages of all origins ("*" itself)
// need a pattern that has nothing else.
func matchesAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		before, after, wild := strings.Cut(strings.ToLower(p), "*")
		if !wild {
			return before == text
		}
		return len(text) >= len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
	})
}

// preflight sends the request that a browser sends before an upload (Fetch Standard,
// "CORS-preflight fetch").
func (s *Store) preflight(ctx context.Context, origin string) (allowed, known bool) {
	u := s.presigner.bucket
	u.Path += lox.Backup{Tenant: lox.NewTenantID(), ID: lox.NewBackupID()}.ObjectKey()
	req, err := http.NewRequestWithContext(ctx, http.MethodOptions, u.String(), nil)
	if err != nil {
		return false, false
	}
	asked := origin
	if origin == "*" { // no origin of a page: one that no rule would name
		asked = "https://" + strings.ToLower(rand.Text()) + ".example"
	}
	req.Header.Set("Origin", asked)
	req.Header.Set("Access-Control-Request-Method", http.MethodPut)
	req.Header.Set("Access-Control-Request-Headers", strings.Join(uploadHeaders, ","))
	status, header, err := s.request(req)
	if err != nil || status >= http.StatusMultipleChoices && status != http.StatusForbidden {
		return false, false
	}
	list := func(name string) []string {
		return strings.FieldsFunc(strings.Join(header.Values(name), ","), func(r rune) bool { return r == ',' || r == ' ' })
	}
	allowed = slices.ContainsFunc(list("Access-Control-Allow-Origin"), func(o string) bool { return o == "*" || o == asked }) &&
		matchesAny(list("Access-Control-Allow-Methods"), "put") &&
		!slices.ContainsFunc(uploadHeaders, func(h string) bool { return !matchesAny(list("Access-Control-Allow-Headers"), h) })
	return allowed, true
}
