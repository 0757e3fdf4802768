package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

const (
	// beginPath is the path by which a process under test begins an upload in parts: POST beginPath<key> answers with
	// its id. assemblePath is for POST assemblePath<key>?upload=<id>&size=<bytes>.
	beginPath    = "/begin/"
	assemblePath = "/assemble/"
	// crashPartSize is larger than a buffer, so that a part is written in one or two pieces.
	crashPartSize = bufferSize + 1000
)

// inParts reports whether a backup of a process under test is uploaded in parts.
func inParts(id lox.BackupID) bool { return id[len(id)-1]&1 == 1 }

func newCrashID(parts bool) lox.BackupID {
	id := lox.NewBackupID()
	id[len(id)-1] &^= 1
	if parts {
		id[len(id)-1] |= 1
	}
	return id
}

func handleParts(mux *http.ServeMux, store *Store) {
	answer := func(w http.ResponseWriter, text string, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte(text)) // fails if the client has disconnected
	}
	mux.HandleFunc("POST "+beginPath+"{key...}", func(w http.ResponseWriter, r *http.Request) {
		id, err := store.BeginParts(r.Context(), r.PathValue("key"))
		answer(w, id, err)
	})
	mux.HandleFunc("POST "+assemblePath+"{key...}", func(w http.ResponseWriter, r *http.Request) {
		size, err := strconv.ParseInt(r.FormValue("size"), 10, 64)
		if err == nil {
			of := lox.PartsOf{Key: r.PathValue("key"), UploadID: r.FormValue("upload"), PartSize: crashPartSize}
			err = store.AssembleParts(r.Context(), of, size)
		}
		answer(w, "", err)
	})
}

// crashUpload is an upload in parts that a kill may have interrupted.
type crashUpload struct {
	key  string
	body []byte
}

func (u *crashUpload) count() int { return lox.PartCount(int64(len(u.body)), crashPartSize) }

func (u *crashUpload) part(number int) []byte {
	return u.body[(number-1)*crashPartSize : min(len(u.body), number*crashPartSize)]
}

// parts uploads a body in parts, in random order. It uploads some of them twice, and interrupts some uploads.
func (k *crashClient) parts(_ string, body []byte) error {
	u := &crashUpload{k.tenants[k.random.IntN(len(k.tenants))].String() + "/" + newCrashID(true).String(), body}
	k.mu.Lock()
	k.uploads = append(k.uploads, u)
	k.mu.Unlock()
	k.expected.add(partOf(u.key, 0), begun)
	id, err := k.post(beginPath + u.key)
	if err != nil {
		return err
	}
	k.expected.set(partOf(u.key, 0), begun)
	for _, i := range k.random.Perm(u.count()) {
		if err := k.partWithFailures(u, id, i+1); err != nil {
			return err
		}
	}
	return k.assemble(u, id)
}

// partWithFailures uploads a part, perhaps after other bytes or an interrupted upload.
func (k *crashClient) partWithFailures(u *crashUpload, id string, number int) error {
	body := u.part(number)
	switch k.random.IntN(4) {
	case 0:
		if err := k.part(u, id, number, k.pool[:len(body)]); err != nil {
			return err
		}
	case 1:
		c, err := k.beginPart(u, id, number, len(body))
		if err != nil {
			return err
		}
		k.expected.add(partOf(u.key, number), absent)
		_ = k.write(c, body[:k.random.IntN(len(body))]) // fails if the server was killed
		_ = c.CloseWrite()
		status, _ := answerOf(c) // waits until the server has ended the upload of the part
		_ = c.Close()
		if status == http.StatusOK {
			return errors.New("an incomplete part was acknowledged")
		}
		k.counts.add("parts cut", 1)
	}
	return k.part(u, id, number, body)
}

func (k *crashClient) beginPart(u *crashUpload, id string, number, size int) (*net.TCPConn, error) {
	p, err := k.signer.PresignPart(context.Background(), lox.PartUpload{
		PartsOf: lox.PartsOf{Key: u.key, UploadID: id, PartSize: crashPartSize}, Number: number, Size: int64(size), Expires: time.Hour,
	})
	if err != nil {
		return nil, err
	}
	return k.head(p)
}

func (k *crashClient) part(u *crashUpload, id string, number int, body []byte) error {
	sum := sumOf(body)
	k.expected.sendingPart(u.key, number, sum)
	c, err := k.beginPart(u, id, number, len(body))
	if err != nil {
		return err
	}
	defer c.Close()
	if err := k.write(c, body); err != nil {
		return err
	}
	status, err := answerOf(c)
	if err != nil {
		k.counts.add("parts killed before the answer", 1)
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("part %d of %d bytes: status %d", number, len(body), status)
	}
	k.expected.set(partOf(u.key, number), sum)
	k.counts.add("parts acknowledged", 1)
	return nil
}

func (k *crashClient) assemble(u *crashUpload, id string) error {
	k.expected.assemblingParts(u.key, sumOf(u.body))
	_, err := k.post(fmt.Sprintf("%s%s?upload=%s&size=%d", assemblePath, u.key, id, len(u.body)))
	if err != nil {
		return err
	}
	k.expected.stored(u.key, sumOf(u.body))
	k.expected.ended(u.key)
	k.counts.add("assembled", 1)
	return nil
}

// verifyParts compares uploads in parts with the responses that clients got, and resumes some of them.
func (c *crash) verifyParts(t *testing.T, p *process) {
	t.Helper()
	k := newCrashClient(c, p.addr, c.random, nil, &meter{until: 1 << 60, due: make(chan struct{})})
	for _, u := range c.uploads {
		found := partsOnDisk(t, c.dir, u.key)
		object := c.download(t, p.addr, u.key)
		require.NoError(t, c.expected.check(u.key, object), "seed %d", c.seed)
		for number := 0; number <= u.count(); number++ {
			require.NoError(t, c.expected.check(partOf(u.key, number), found[number]), "seed %d, part %d", c.seed, number)
		}
		if object == absent {
			for number, sum := range c.expected.assembling[u.key] {
				require.Equal(t, sum, found[number], "seed %d, %s is lost", c.seed, u.key)
			}
		}
		switch {
		case object == absent && len(found) > 0 && c.random.IntN(2) == 0:
			require.NoError(t, k.resume(u, found))
			require.Equal(t, sumOf(u.body), c.download(t, p.addr, u.key))
			c.counts.add("uploads in parts went on after a kill", 1)
		case object != absent:
			c.counts.add("assembled and kept", 1)
		}
		require.Equal(t, http.StatusNoContent, c.remove(t, p.addr, u.key))
		require.Empty(t, partsOnDisk(t, c.dir, u.key))
	}
	c.uploads = nil
}

// resume uploads the missing parts, and assembles the upload.
func (k *crashClient) resume(u *crashUpload, found map[int]lox.Checksum) error {
	id, err := k.post(beginPath + u.key)
	if err != nil {
		return err
	}
	for number := 1; number <= u.count(); number++ {
		if found[number] == sumOf(u.part(number)) {
			continue
		}
		if err := k.part(u, id, number, u.part(number)); err != nil {
			return err
		}
	}
	return k.assemble(u, id)
}

// partsOnDisk returns the checksums of the parts in the table of an upload, computed from the bytes on the disk.
func partsOnDisk(t *testing.T, dir, key string) map[int]lox.Checksum {
	t.Helper()
	data, table := (&directory{parts: filepath.Join(dir, "parts")}).partPaths(key)
	f, err := os.Open(table)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	defer f.Close()
	bytes, err := os.ReadFile(data)
	require.NoError(t, err)
	found := map[int]lox.Checksum{0: begun}
	require.NoError(t, readRecords(f, 0, func(number int, r partRecord) bool {
		at := min(len(bytes), (number-1)*crashPartSize)
		found[number] = sumOf(bytes[at:min(len(bytes), at+int(r.size))])
		return true
	}))
	return found
}
