package server_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// numbersOf returns requests for the parts 1 to n.
func numbersOf(numbers ...int) []client.RequestedPart {
	parts := make([]client.RequestedPart, len(numbers))
	for i, n := range numbers {
		parts[i].PartNumber = n
	}
	return parts
}

func (h *testenv) askParts(t testing.TB, id string, parts ...client.RequestedPart) response {
	t.Helper()
	r, err := h.api.CreatePartUploadsWithResponse(t.Context(), id, client.CreatePartUploadsRequest{Parts: parts})
	require.NoError(t, err)
	return response{r.StatusCode(), r.HTTPResponse.Header, r.Body}
}

// partURLs gets the URLs of parts.
func (h *testenv) partURLs(t testing.TB, id string, parts ...client.RequestedPart) *client.PartUploads {
	t.Helper()
	r, err := h.api.CreatePartUploadsWithResponse(t.Context(), id, client.CreatePartUploadsRequest{Parts: parts})
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200
}

// putPart uploads a part and returns the store's answer.
func putPart(t testing.TB, p client.PartUpload, body []byte) response {
	t.Helper()
	return sendPut(t, &client.BackupUpload{UploadURL: p.UploadURL, UploadHeaders: p.UploadHeaders}, body, nil)
}

func (h *testenv) parts(t testing.TB, id string, params *client.ListPartsParams) *client.PartList {
	t.Helper()
	r, err := h.api.ListPartsWithResponse(t.Context(), id, params)
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200
}

// A file is uploaded from its last part to its first.
func TestFileInParts(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 100 << 20})
	body := slices.Repeat([]byte("0123456789abcdef"), 20<<20/16)
	u := h.create(t, client.CreateBackupRequest{Name: "large", SizeBytes: int64(len(body)), Multipart: new(true)})
	assert.Empty(t, u.UploadURL)
	assert.Empty(t, u.UploadHeaders)
	require.NotNil(t, u.Multipart)
	size := u.Multipart.PartSizeBytes
	assert.EqualValues(t, 8<<20, size)
	assert.Equal(t, new(3), u.Multipart.PartCount)

	wanted := numbersOf(3, 2, 1)
	wanted[0].Checksum = checksumOf(body[16<<20:])
	urls := h.partURLs(t, u.ID, wanted...)
	for i, p := range urls.Parts {
		number := 3 - i
		assert.Equal(t, number, p.PartNumber)
		part := body[int64(number-1)*size : min(int64(len(body)), int64(number)*size)]
		assert.EqualValues(t, len(part), p.SizeBytes)
		h.complete(t, u.ID).refused(t, http.StatusBadRequest, lox.CodeUploadIncomplete,
			map[string]string{"parts": []string{"Missing: 1-3", "Missing: 1-2", "Missing: 1"}[i]})
		answer := putPart(t, p, part)
		require.Equal(t, http.StatusOK, answer.status, "%s", answer.body)
	}
	first := h.parts(t, u.ID, &client.ListPartsParams{Limit: new(2)})
	require.Len(t, first.Parts, 2)
	assert.Equal(t, 2, first.Parts[1].PartNumber)
	assert.Empty(t, first.Parts[1].Checksum, "none was declared")
	rest := h.parts(t, u.ID, &client.ListPartsParams{Limit: new(2), Cursor: new(first.NextCursor)})
	require.Len(t, rest.Parts, 1)
	assert.Equal(t, client.Part{PartNumber: 3, SizeBytes: 4 << 20, Checksum: checksumOf(body[16<<20:])}, rest.Parts[0])
	assert.Empty(t, rest.NextCursor)

	done := h.complete(t, u.ID)
	require.Equal(t, http.StatusOK, done.status, "%s", done.body)
	got := h.fetch(t, u.ID)
	assert.Equal(t, client.BackupStatusCompleted, got.Status)
	assert.Equal(t, checksumOf(body), got.Checksum)
	assert.Nil(t, got.Multipart)
	h.askParts(t, u.ID, numbersOf(1)...).refused(t, http.StatusBadRequest, lox.CodeInvalidState,
		map[string]string{"status": "Is completed, must be pending"})
	again := putPart(t, urls.Parts[2], body[:size])
	assert.Equal(t, http.StatusPreconditionFailed, again.status, "the URL of a part is of no use any more: %s", again.body)
}

// A stream reaches the quota half-way. What it has reserved stays reserved until it is deleted.
func TestStreamFillsQuota(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 100 << 20})
	u := h.create(t, client.CreateBackupRequest{Name: "dump", Multipart: new(true)})
	assert.EqualValues(t, 32<<20, u.Multipart.PartSizeBytes)
	assert.Nil(t, u.Multipart.PartCount)
	h.partURLs(t, u.ID, numbersOf(2)...)
	assert.EqualValues(t, 64<<20, h.fetch(t, u.ID).SizeBytes)
	h.askParts(t, u.ID, numbersOf(4)...).refused(t, http.StatusForbidden, lox.CodeQuotaExceeded,
		map[string]string{"parts": "The stream needs 134217728 bytes with them; 37748736 of the quota of 104857600 bytes are free for more"})
	assert.EqualValues(t, 64<<20, h.state(t).Reserved)
	h.remove(t, u.ID)
	assert.Zero(t, h.state(t).Reserved)
}

// Invalid parts are refused, and nothing is stored.
func TestBadParts(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 100 << 20})
	parts := h.create(t, client.CreateBackupRequest{Name: "parts", SizeBytes: 20 << 20, Multipart: new(true)})
	single := h.create(t, client.CreateBackupRequest{Name: "single", SizeBytes: 1})
	before := h.accounts(t)
	for name, test := range map[string]struct {
		id    string
		parts []client.RequestedPart
		want  map[string]string
	}{
		"none":          {parts.ID, []client.RequestedPart{}, map[string]string{"parts": "Must have 1 to 100 parts"}},
		"too many":      {parts.ID, make([]client.RequestedPart, 101), nil},
		"no number":     {parts.ID, numbersOf(0), map[string]string{"parts.0.part_number": "Must be an integer between 1 and 10000"}},
		"not there":     {parts.ID, numbersOf(1, 4), map[string]string{"parts.1.part_number": "Must be at most 3"}},
		"twice":         {parts.ID, numbersOf(2, 2), map[string]string{"parts.1.part_number": "Must be there once"}},
		"of other size": {parts.ID, []client.RequestedPart{{PartNumber: 1, SizeBytes: 5}}, map[string]string{"parts.0.size_bytes": "Must be 8388608"}},
	} {
		r := h.askParts(t, test.id, test.parts...)
		if test.want == nil {
			assert.Equal(t, http.StatusBadRequest, r.status, name)
			continue
		}
		r.invalid(t, test.want)
	}
	h.askParts(t, single.ID, numbersOf(1)...).refused(t, http.StatusBadRequest, lox.CodeInvalidState,
		map[string]string{"multipart": "Must be true when the backup is created"})
	h.askParts(t, lox.NewBackupID().String(), numbersOf(1)...).refused(t, http.StatusNotFound, lox.CodeBackupNotFound, nil)
	listed, err := h.api.ListPartsWithResponse(t.Context(), parts.ID, &client.ListPartsParams{Cursor: new("AAAA")})
	require.NoError(t, err)
	response{listed.StatusCode(), listed.HTTPResponse.Header, listed.Body}.
		refused(t, http.StatusBadRequest, lox.CodeValidation, map[string]string{"cursor": badCursor})
	assert.Equal(t, before, h.accounts(t))
	assert.EqualValues(t, 20<<20+1, h.state(t).Reserved)
	renewed, err := h.api.RenewUploadURLWithResponse(t.Context(), parts.ID)
	require.NoError(t, err)
	assert.Equal(t, http.StatusBadRequest, renewed.StatusCode())
}

// A part with another number, size or content is refused.
func TestPartMustMatchItsURL(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 100 << 20})
	body := slices.Repeat([]byte("0123456789abcdef"), 8<<20/16)
	u := h.create(t, client.CreateBackupRequest{Name: "parts", SizeBytes: 16 << 20, Multipart: new(true)})
	declared := h.partURLs(t, u.ID, client.RequestedPart{PartNumber: 1, Checksum: checksumOf(body)}, client.RequestedPart{PartNumber: 2})
	other := slices.Clone(body)
	other[5]++
	assert.Equal(t, http.StatusBadRequest, putPart(t, declared.Parts[0], other).status)
	assert.Equal(t, http.StatusBadRequest, putPart(t, declared.Parts[0], body[1:]).status)
	assert.Empty(t, h.parts(t, u.ID, nil).Parts)
	assert.Equal(t, http.StatusOK, putPart(t, declared.Parts[0], body).status)
	assert.Equal(t, http.StatusOK, putPart(t, declared.Parts[1], body).status)
	h.remove(t, u.ID)
	assert.Equal(t, http.StatusForbidden, putPart(t, declared.Parts[1], body).status)
	h.sweep(t)
	for upload, err := range h.blobs.UnfinishedParts(t.Context()) {
		require.NoError(t, err)
		assert.Fail(t, "something is left", "%v", upload)
	}
}

// A refused request for parts doesn't abort the upload, and keeps the parts that another request
// has uploaded at the same time.
func TestRefusedRequestKeepsUpload(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 100 << 20})
	u := h.create(t, client.CreateBackupRequest{Name: "dump", Multipart: new(true)})
	body := []byte("the last part")
	h.blobs.beginning.Store(new(func() {
		other := h.partURLs(t, u.ID, client.RequestedPart{PartNumber: 1, SizeBytes: int64(len(body))})
		require.Equal(t, http.StatusOK, putPart(t, other.Parts[0], body).status)
	}))
	assert.Equal(t, http.StatusForbidden, h.askParts(t, u.ID, numbersOf(4)...).status, "the quota has no room")
	assert.Len(t, h.parts(t, u.ID, nil).Parts, 1)
	done, err := h.api.CompleteBackupWithResponse(t.Context(), u.ID, client.CompleteBackupRequest{SizeBytes: int64(len(body))})
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, done.StatusCode(), "%s", done.Body)
}
