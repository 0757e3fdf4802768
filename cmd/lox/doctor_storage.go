package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/backlox/lox/blob/disk"
	"github.com/backlox/lox/blob/s3"
	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/ratelimit"
)

// clockWarning and clockWrong bound how far clocks may differ. Beyond clockWarning, servers warn, too.
// Signed URLs lose the difference from their lifetime, and S3 refuses them beyond 15 minutes.
const (
	clockWarning = 2 * time.Second
	clockWrong   = 5 * time.Minute
)

// checkClock compares a clock, which is rounded down to a resolution, with the clock of this machine.
func (d *doctor) checkClock(ctx context.Context, whose string, clock func(context.Context) (time.Time, error), resolution time.Duration) {
	c := d.check("clock")
	began := time.Now()
	now, err := clock(ctx)
	if err != nil {
		c.end(doubtful, fmt.Sprintf("that of %s is not known: %v", whose, err), "")
		return
	}
	offset, slack := clockOffset(began, time.Now(), now, resolution)
	c.end(clockVerdict(whose, offset, slack))
}

// clockOffset returns how far a clock is ahead, give or take slack. The clock showed read at some time
// between began and ended.
func clockOffset(began, ended, read time.Time, resolution time.Duration) (offset, slack time.Duration) {
	between := ended.Sub(began)
	return read.Add(resolution / 2).Sub(began.Add(between / 2)), (between + resolution) / 2
}

func clockVerdict(whose string, offset, slack time.Duration) (v verdict, message, advice string) {
	least := max(0, offset.Abs()-slack)
	where := "ahead of"
	if offset < 0 {
		where = "behind"
	}
	message = fmt.Sprintf("that of %s is %s %s this machine's", whose, offset.Abs().Round(100*time.Millisecond), where)
	advice = "Synchronize the clocks of all machines by NTP, for example with chrony or systemd-timesyncd. Upload and download URLs are valid " +
		"by one clock and signed by another, and a server whose clock is 30 s from PostgreSQL's takes no leases."
	switch {
	case least >= clockWrong:
		return wrong, message, advice
	case least > clockWarning:
		return doubtful, message, advice
	default:
		return right, fmt.Sprintf("that of %s agrees with this machine's", whose), ""
	}
}

// checkDisk checks the free space on the disk of the files.
func (d *doctor) checkDisk(ctx context.Context) {
	files := disk.OpenFiles(filepath.Join(d.cfg.DataDir, "storage"))
	if exists(filepath.Join(d.cfg.DataDir, "s3", "buckets", d.cfg.S3Bucket)) {
		d.check("files").end(doubtful, "those of the former built-in S3 server are not taken over yet",
			"Backups and objects were not checked. The next start of the server takes the files over.")
	} else {
		d.objects = files
	}
	d.checkSpace(ctx, files)
	d.checkUploads(ctx, files)
}

func (d *doctor) checkSpace(ctx context.Context, files disk.Files) {
	c := d.check("space")
	free, err := files.Free()
	if err != nil {
		c.end(wrong, reason(err), "")
		return
	}
	reserve := int64(d.cfg.DiskReserve)
	message := fmt.Sprintf("%s free, %s kept back", display.Size(free), display.Size(reserve))
	var waiting int64
	if d.db != nil {
		// Files that are being verified are on the disk already.
		if waiting, _, err = d.db.Reserved(ctx); err != nil {
			c.end(wrong, reason(err), "")
			return
		}
		message += ", uploads may bring " + display.Size(waiting)
	}
	const advice = "Free some space on the disk of the data directory, or have tenants delete backups."
	switch {
	case free <= reserve:
		c.end(wrong, message, "Every upload is refused (507), and so is every new backup (503). "+advice)
	case free-reserve < waiting:
		c.end(doubtful, message, "There isn't enough space for all pending uploads: the last ones will be refused (507). "+advice)
	default:
		c.end(right, message, "")
	}
}

// uploadIdle is longer than any live upload leaves its file unchanged: the server would end it for being
// slow.
const uploadIdle = time.Hour

func (d *doctor) checkUploads(ctx context.Context, files disk.Files) {
	c := d.check("uploads")
	var n, old, bytes int64
	for o, err := range files.Uploads(ctx) {
		if err != nil {
			c.end(wrong, reason(err), "")
			return
		}
		n, bytes = n+1, bytes+o.Size
		if time.Since(o.Modified) > uploadIdle {
			old++
			c.find(objectOut{
				checkOut: checkOut{Status: doubtful}, Object: o.Key, Found: "old", Size: new(o.Size),
				detail: display.Size(o.Size) + ", of " + o.Modified.UTC().Format(time.DateTime),
			})
		}
	}
	message := fmt.Sprintf("%s, %s", count(n, "temporary file"), display.Size(bytes))
	if old > 0 {
		c.end(doubtful, message+fmt.Sprintf(", %d of them left behind", old),
			"A crash has cut these uploads off. They are harmless, and removed when the server starts the next time.")
		return
	}
	c.end(right, message, "")
}

// checkBucket tries out the bucket and checks its settings.
func (d *doctor) checkBucket(ctx context.Context) (leave func()) {
	c := d.check("bucket")
	bucket, state, err := s3.Inspect(ctx, s3.Config{
		Endpoint: d.cfg.S3Endpoint, PublicEndpoint: d.cfg.S3PublicEndpoint, Bucket: d.cfg.S3Bucket, Region: d.cfg.S3Region,
		AccessKey: d.cfg.S3AccessKey, SecretKey: d.cfg.S3SecretKey, PathStyle: d.cfg.S3PathStyle, Logger: d.log,
	})
	if err != nil {
		c.end(wrong, reason(err), "Backups and objects can't be checked. LOX_S3_ENDPOINT, LOX_S3_BUCKET and the keys must be those of the servers; "+
			"a bucket that doesn't exist is made when a server starts.")
		return func() {}
	}
	d.objects, d.unversioned = bucket, state.Versions == "off"
	c.end(d.bucketVerdict(ctx, bucket, state))
	d.checkClock(ctx, "the S3 server", bucket.Clock, time.Second)
	d.checkCORS(ctx, bucket)
	return bucket.Close
}

func (d *doctor) bucketVerdict(ctx context.Context, bucket *s3.Store, state s3.Bucket) (v verdict, message, advice string) {
	known := func(s string) string {
		if s == "" {
			return "not known"
		}
		return s
	}
	v, message = right, fmt.Sprintf("%s: versions %s, object lock %s", d.cfg.S3Bucket, known(state.Versions), known(state.Lock))
	if state.Retention != "" {
		return doubtful, message + " (" + state.Retention + "); not tried",
			"What is deleted stays in the bucket until its retention ends, and counts for no quota. If that isn't meant, " +
				"remove the default retention of the bucket. No object was written: it could not be deleted."
	}
	if err := bucket.Probe(ctx); err != nil {
		return wrong, message + "; " + reason(err),
			"The S3 key needs to list, read, write and delete objects and their versions in its bucket."
	}
	message += "; an object was written, read and deleted"
	if state.Versions != "on" {
		return doubtful, message, "An upload URL that is used again after completion can replace verified bytes. Turn versioning on, or allow " +
			"s3:GetBucketVersioning and s3:PutBucketVersioning: then a server does so when it starts."
	}
	return v, message, ""
}

// checkCORS checks that the pages that may use the API may also use the bucket.
func (d *doctor) checkCORS(ctx context.Context, bucket *s3.Store) {
	c := d.check("cors")
	if len(d.cfg.CORSOrigins) == 0 {
		c.end(right, "no web page is to use the API (LOX_CORS_ORIGINS)", "")
		return
	}
	refused, known := bucket.Refusals(ctx, d.cfg.CORSOrigins)
	const advice = `Pages of these origins can't upload or download. Add the rule to the bucket that docs/operations.md has under "Web pages on other origins".`
	switch {
	case !known:
		c.end(doubtful, "not known: the server shows no CORS rules", "Try an upload from a page of one of LOX_CORS_ORIGINS.")
	case len(refused) > 0:
		c.end(wrong, "the bucket refuses "+strings.Join(refused, ", "), advice)
	default:
		c.end(right, "the bucket lets "+strings.Join(d.cfg.CORSOrigins, ", ")+" upload and download", "")
	}
}

// redisTimeout is the timeout of Redis.
const redisTimeout = 5 * time.Second

// checkRedis checks the Redis that all servers share.
func (d *doctor) checkRedis(ctx context.Context) {
	c := d.check("redis")
	if d.cfg.RedisURL == "" {
		c.end(right, "not configured: each server counts requests for itself", "")
		return
	}
	h, err := ratelimit.Inspect(ctx, d.cfg.RedisURL, redisTimeout)
	if err != nil {
		c.end(wrong, reason(err), "Until it answers, each server counts requests for itself, and tenants get the limits once from each.")
		return
	}
	message := fmt.Sprintf("Redis %s answers in %s; maxmemory-policy %s", h.Version, h.RoundTrip.Round(10*time.Microsecond), h.Policy)
	switch h.Policy {
	case "noeviction":
		c.end(right, message, "")
	case "":
		c.end(doubtful, strings.TrimSuffix(message, " ")+"is not known", "It must be noeviction, or counters vanish when the memory is full.")
	default:
		c.end(doubtful, message, "When its memory is full, Redis drops counters, all of which have a time to live, and tenants may exceed their limits. "+
			"Set maxmemory-policy to noeviction: then the servers notice, and count for themselves.")
	}
}
