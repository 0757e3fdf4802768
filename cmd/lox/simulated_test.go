package main_test

import (
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox/blob/blobtest/s3double"
	"github.com/backlox/lox/blob/s3"
	"github.com/backlox/lox/gen/client"
)

const tebibyte = int64(1) << 40

// partsEnv names the variable with the number of parts that TestSimulatedStream uploads, if more
// than the usual 1000. The maximum is 9987, for 3 TiB.
const partsEnv = "LOX_SIMULATED_PARTS"

// A stream of up to 3 TiB of zeros is stored in a bucket that keeps only lengths, through the real
// server: part sizes, lists, the quota and the reserved bytes are right, and memory doesn't grow
// with the parts. Hashing 3 TiB takes most of an hour, so the verification is only started, and the
// backup is deleted.
func TestSimulatedStream(t *testing.T) {
	t.Parallel()
	const most, quota = 3 * tebibyte, 10 * tebibyte
	const partSize = 315 * mebibyte // the smallest whole number of MiB with which 10,000 parts are enough for 3 TiB
	parts := roundsOf(t, partsEnv, 1000)
	size := min(most, int64(parts)*partSize)
	double := s3double.Start(t)
	s := bucketSetup(t, externalDatabase(t), s3.Config{Endpoint: double.URL, Bucket: s3double.Bucket, AccessKey: "key", SecretKey: "secret"},
		"LOX_RATE_LIMIT_FACTOR=1000", "LOX_VERIFY_WAIT=2s", "LOX_VERIFY_LEASE=1s", "LOX_SWEEP_INTERVAL=100ms")
	p := s.start(t)
	_, key := s.newTenant(t, "n", "enterprise")
	a := newAPI(t, p.baseURL, key)
	v := &simulated{api: a, double: double}

	created, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "zeros", Multipart: new(true), MaxSizeBytes: most}, "")
	require.NoError(t, err)
	require.Equal(t, &client.Multipart{PartSizeBytes: partSize}, created.Multipart)
	v.requireStorage(t, 0, 0, 0, quota)

	var early int64
	for first := 1; first <= parts; first += 100 {
		var asked []client.RequestedPart
		for n := first; n < first+100 && n <= parts; n++ {
			asked = append(asked, client.RequestedPart{PartNumber: n, SizeBytes: min(partSize, size-int64(n-1)*partSize)})
		}
		v.send(t, created.ID, asked)
		v.requireStorage(t, 0, 0, min(size, int64(first+99)*partSize), quota)
		if first == 501 {
			early = peakOf(p.cmd.Process.Pid)
		}
	}
	require.Equal(t, parts, double.Requests("PUT part"))
	v.requireParts(t, created.ID, parts, partSize, size)

	complete := func(size int64) *client.CompleteBackupResponse {
		r, err := a.CompleteBackupWithResponse(t.Context(), created.ID, client.CompleteBackupRequest{SizeBytes: size, Checksum: checksum(nil)})
		require.NoError(t, err)
		return r
	}
	require.Equal(t, http.StatusBadRequest, complete(size-1).StatusCode(), "the parts have another size")
	begun := complete(size)
	require.NotNil(t, begun.JSON202, "%s", begun.Body)
	assert.Equal(t, client.BackupStatusVerifying, begun.JSON202.Status)
	assert.Equal(t, size, begun.JSON202.SizeBytes)
	require.Eventually(t, func() bool {
		b, err := a.get(t.Context(), created.ID)
		require.NoError(t, err)
		require.Equal(t, client.BackupStatusVerifying, b.Status)
		return b.VerifiedBytes > begun.JSON202.VerifiedBytes
	}, patience, 20*time.Millisecond, "it isn't being verified")
	v.requireStorage(t, 0, 0, size, quota)

	// The rest of the 10 TiB is enough for another stream, and not for a part more.
	other, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "more", Multipart: new(true), MaxSizeBytes: quota}, "")
	require.NoError(t, err)
	each := other.Multipart.PartSizeBytes
	fitting := int((quota - size) / each)
	r, err := a.CreatePartUploadsWithResponse(t.Context(), other.ID, client.CreatePartUploadsRequest{Parts: []client.RequestedPart{{PartNumber: fitting + 1}}})
	require.NoError(t, err)
	require.Equal(t, http.StatusForbidden, r.StatusCode(), "%s", r.Body)
	assert.Contains(t, string(r.Body), "quota_exceeded")
	v.requireStorage(t, 0, 0, size, quota)
	v.send(t, other.ID, []client.RequestedPart{{PartNumber: fitting}})
	v.requireStorage(t, 0, 0, size+int64(fitting)*each, quota)
	require.NoError(t, a.delete(t.Context(), other.ID))
	v.requireStorage(t, 0, 0, size, quota)
	require.NoError(t, a.delete(t.Context(), created.ID))
	v.requireStorage(t, 0, 0, 0, quota)
	bucket := minioClient(t, s3.Config{Endpoint: double.URL, AccessKey: "key", SecretKey: "secret"})
	require.Eventually(t, func() bool {
		return len(bucketUploads(t, bucket, s3double.Bucket)) == 0 && len(bucketObjects(t, bucket, s3double.Bucket)) == 0
	}, patience, tick, "something is left in the bucket")

	late := peakOf(p.cmd.Process.Pid)
	t.Logf("the server took %.1f MiB of memory at most for %d parts, %.1f MiB for the first 600", float64(late)/mebibyte, parts, float64(early)/mebibyte)
	assert.Less(t, late, int64(200*mebibyte))
	assert.Less(t, late-early, int64(32*mebibyte), "memory grows with the parts")
}

// simulated is a client of a server whose bucket keeps only lengths.
type simulated struct {
	*api
	double *s3double.Server
}

// send requests the URLs of parts and uploads zeros of each part's size.
func (v *simulated) send(t *testing.T, id string, asked []client.RequestedPart) {
	t.Helper()
	r, err := v.CreatePartUploadsWithResponse(t.Context(), id, client.CreatePartUploadsRequest{Parts: asked})
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	require.Len(t, r.JSON200.Parts, len(asked))
	var sending errgroup.Group
	sending.SetLimit(8)
	for i, part := range r.JSON200.Parts {
		require.Equal(t, asked[i].PartNumber, part.PartNumber)
		sending.Go(func() error {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, part.UploadURL, nil)
			if err != nil {
				return err
			}
			req.Header.Set(s3double.SimulatedLength, strconv.FormatInt(part.SizeBytes, 10))
			return v.do(req, io.Discard)
		})
	}
	require.NoError(t, sending.Wait())
}

// requireParts lists all parts page by page.
func (v *simulated) requireParts(t *testing.T, id string, count int, partSize, size int64) {
	t.Helper()
	params, n, sum := &client.ListPartsParams{Limit: new(100)}, 0, int64(0)
	for {
		r, err := v.ListPartsWithResponse(t.Context(), id, params)
		require.NoError(t, err)
		require.NotNil(t, r.JSON200, "%s", r.Body)
		require.Equal(t, partSize, r.JSON200.PartSizeBytes)
		for _, part := range r.JSON200.Parts {
			n++
			require.Equal(t, n, part.PartNumber)
			if n < count {
				require.Equal(t, partSize, part.SizeBytes)
			}
			sum += part.SizeBytes
		}
		if r.JSON200.NextCursor == "" {
			break
		}
		params.Cursor = &r.JSON200.NextCursor
	}
	require.Equal(t, count, n)
	require.Equal(t, size, sum)
}

// requireStorage checks the server's counters.
func (v *simulated) requireStorage(t *testing.T, count, used, reserved, quota int64) {
	t.Helper()
	r, err := v.GetStorageWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	require.Equal(t, [4]int64{count, used, reserved, quota},
		[4]int64{r.JSON200.BackupCount, r.JSON200.UsedBytes, r.JSON200.ReservedBytes, r.JSON200.QuotaBytes})
}
