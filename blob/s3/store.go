package s3

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/backlox/lox"
)

var _ lox.BlobStore = (*Store)(nil)

// Config says how to reach the store. Endpoint, Bucket, AccessKey and SecretKey are
// required.
type Config struct {
	// Endpoint is the URL of the store, such as "http://127.0.0.1:9000" or
	// "https://s3.eu-central-1.amazonaws.com".
	Endpoint string
	// PublicEndpoint is the URL by which clients reach the same store, when
	// it is another one. Only presigned URLs are made with it.
	PublicEndpoint string
	Bucket         string
	// Region is "us-east-1" when empty, which stores other than Amazon's
	// mostly take.
	Region               string
	AccessKey, SecretKey string
	// PathStyle puts the bucket into the path of a URL, also where it would go
	// into the host name (Amazon, Google).
	PathStyle bool
	Logger    *slog.Logger
	// Metrics, if not nil, gets lox_s3_request_seconds.
	Metrics prometheus.Registerer
}

// Store is a lox.BlobStore in one bucket.
type Store struct {
	api minio.Core
	// presigner signs for the endpoint that clients reach.
	presigner *presigner
	bucket    string
	log       *slog.Logger
	// versioned means that the bucket has, or once had, versions. It is true until that is
	// known, because versions can be listed in any bucket.
	versioned atomic.Bool
	transport transports

	region string
	// opened means that Ping may prepare the bucket. It is false after Inspect, which changes
	// nothing.
	opened bool
	// prepared means that the bucket exists and the state of its versions is known.
	prepared  atomic.Bool
	preparing sync.Mutex
}

// Open connects to the store, makes the bucket if it is absent, and turns its
// versions on. A store that can't be reached is no error: Ping does that later. It fails
// with CodeUnavailable when the store refuses the key.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s, err := newStore(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	s.opened = true
	within, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	err = s.prepare(within)
	if ctx.Err() != nil || refusal(err) {
		s.Close()
		return nil, failure(ctx, "open blob store", err)
	}
	if err != nil {
		s.log.WarnContext(ctx, "the blob store can't be reached: starting without it", "error", err)
	}
	return s, nil
}

// prepare makes the bucket and turns its versions on, unless that was done before.
func (s *Store) prepare(ctx context.Context) error {
	s.preparing.Lock()
	defer s.preparing.Unlock()
	if s.prepared.Load() {
		return nil
	}
	if err := s.ensureBucket(ctx, s.region); err != nil {
		return err
	}
	if err := s.ensureVersions(ctx); err != nil {
		return err
	}
	s.prepared.Store(true)
	return nil
}

// refusal reports whether the store has refused the request, so that a retry is useless.
func refusal(err error) bool {
	resp, ok := errors.AsType[minio.ErrorResponse](err)
	return ok && resp.StatusCode >= http.StatusBadRequest && resp.StatusCode < http.StatusInternalServerError &&
		resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusRequestTimeout
}

// newStore returns a Store with the defaults of cfg. It needs no network.
func newStore(ctx context.Context, cfg *Config) (*Store, error) {
	if cfg.Bucket == "" || cfg.AccessKey == "" || cfg.SecretKey == "" {
		return nil, errors.New("open blob store: bucket, access key and secret key are required")
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	transport := newTransports()
	through := newMeasured(transport, cfg.Bucket, cfg.Metrics)
	client, err := newClient(*cfg, cfg.Endpoint, through)
	if err != nil {
		return nil, fmt.Errorf("open blob store: endpoint: %w", err)
	}
	public := client
	if cfg.PublicEndpoint != "" {
		if public, err = newClient(*cfg, cfg.PublicEndpoint, through); err != nil {
			return nil, fmt.Errorf("open blob store: public endpoint: %w", err)
		}
	}
	s := &Store{
		api:       minio.Core{Client: client},
		bucket:    cfg.Bucket,
		log:       cfg.Logger.With("bucket", cfg.Bucket),
		transport: transport,
		region:    cfg.Region,
	}
	s.versioned.Store(true)
	if s.presigner, err = newPresigner(ctx, *cfg, public); err != nil {
		return nil, fmt.Errorf("open blob store: %w", err)
	}
	return s, nil
}

// Close closes idle connections.
func (s *Store) Close() { s.transport.CloseIdleConnections() }

// Origin is the origin (RFC 6454) of all presigned URLs, such as "https://s3.example.com".
func (s *Store) Origin() string { return s.presigner.bucket.Scheme + "://" + s.presigner.bucket.Host }

// Versioned says whether the bucket keeps versions, so that a download can name
// the verified one.
func (s *Store) Versioned() bool { return s.versioned.Load() }

// HasSpace implements lox.BlobStore. It never fails, because S3 does not report free space.
func (s *Store) HasSpace(context.Context, int64) error { return nil }

// StopUpload implements lox.BlobStore. It does nothing, because clients upload directly to S3.
func (s *Store) StopUpload(string) {}

// Ping checks that the bucket exists. CodeUnavailable: no answer within a few
// seconds, or no such bucket. If Open could not prepare the bucket, Ping does so when the
// store answers.
func (s *Store) Ping(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if s.opened && !s.prepared.Load() {
		return failure(ctx, "prepare blob store", s.prepare(within))
	}
	return failure(ctx, "ping blob store", s.findBucket(within))
}

func (s *Store) findBucket(ctx context.Context) error {
	exists, err := s.api.BucketExists(ctx, s.bucket)
	if err == nil && !exists {
		return fmt.Errorf("no bucket %q", s.bucket)
	}
	return err
}

func newClient(cfg Config, endpoint string, transport http.RoundTripper) (*minio.Client, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, fmt.Errorf("%q: want http(s)://host[:port]", endpoint)
	}
	lookup := minio.BucketLookupAuto
	if cfg.PathStyle {
		lookup = minio.BucketLookupPath
	}
	return minio.New(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure: u.Scheme == "https",
		// A fixed region keeps presigning off the network: minio-go would
		// look up the bucket's.
		Region:       cfg.Region,
		BucketLookup: lookup,
		Transport:    transport,
		MaxRetries:   maxAttempts,
	})
}

// ensureBucket makes the bucket unless it exists. An access key that may use the bucket
// needs no permission to make it.
func (s *Store) ensureBucket(ctx context.Context, region string) error {
	exists, err := s.api.BucketExists(ctx, s.bucket)
	if err != nil {
		return failure(ctx, "look for bucket "+s.bucket, s.explainClock(ctx, err))
	}
	if exists {
		return nil
	}
	err = s.api.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: region})
	switch minio.ToErrorResponse(err).Code {
	case minio.BucketAlreadyOwnedByYou, minio.BucketAlreadyExists:
		// Another node was faster, or it is somebody else's: then the first
		// request to it will be refused.
		return failure(ctx, "look for bucket "+s.bucket, s.findBucket(ctx))
	}
	return failure(ctx, "make bucket "+s.bucket, err)
}

// maxClockDifference is what S3 takes between the time in a request and its own.
const maxClockDifference = 15 * time.Minute

// explainClock adds to an error that the clocks differ too much. S3 answers only "Access Denied" then.
func (s *Store) explainClock(ctx context.Context, err error) error {
	theirs, failed := s.Clock(ctx)
	if failed != nil {
		return err
	}
	ahead, what := time.Since(theirs).Round(time.Second), "ahead of"
	if ahead < 0 {
		ahead, what = -ahead, "behind"
	}
	if ahead < maxClockDifference {
		return err
	}
	return fmt.Errorf("%w (this machine's clock is %s %s that of the S3 server, which accepts at most %s)", err, ahead, what, maxClockDifference)
}

func (s *Store) ensureVersions(ctx context.Context) error {
	status, err := s.api.GetBucketVersioning(ctx, s.bucket)
	if err != nil && ctx.Err() != nil {
		return failure(ctx, "read versioning of bucket "+s.bucket, err)
	}
	// If the state of the versions can't be read, the bucket may have some.
	s.versioned.Store(err != nil || status.Status != "")
	if status.Enabled() {
		return nil
	}
	if err := s.api.EnableVersioning(ctx, s.bucket); err != nil {
		if ctx.Err() != nil {
			return failure(ctx, "turn on versioning of bucket "+s.bucket, err)
		}
		s.log.Warn("bucket versioning could not be turned on: an upload URL that is used again after completion "+
			"can replace verified bytes, and can't be distinguished from the first upload; "+
			"turn versioning on, or allow s3:PutBucketVersioning", "error", err)
		return nil
	}
	s.versioned.Store(true)
	return nil
}
