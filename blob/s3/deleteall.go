package s3

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/minio/minio-go/v7"

	"github.com/backlox/lox"
)

const (
	// The first list of versions has this number of entries. Lists become longer, up to the
	// maximum of S3, while most entries belong to objects to delete.
	minPage, maxPage = 10, 1000
	// maxUploadPages bounds how many lists of unfinished uploads are read.
	maxUploadPages = 10
	// abortsAtOnce is how many uploads in parts are aborted at a time: S3 has no request for several.
	abortsAtOnce = 16
)

// DeleteAll implements lox.BlobStore. It needs three requests for a thousand objects with
// neighbouring keys, such as those of a deleted tenant.
func (s *Store) DeleteAll(ctx context.Context, purges []lox.Purge) []lox.Purged {
	if len(purges) == 0 {
		return nil
	}
	d := deletion{Store: s, asked: map[string][]int{}, results: make([]lox.Purged, len(purges))}
	for i, p := range purges {
		d.asked[p.ObjectKey] = append(d.asked[p.ObjectKey], i)
	}
	if err := d.run(ctx, purges); err != nil {
		for i := range d.results {
			d.results[i].Err = failure(ctx, "delete blobs", advised(err))
		}
		return d.results
	}
	for i := range d.results {
		d.results[i].Err = failure(ctx, "delete blob", advised(d.results[i].Err))
	}
	return d.results
}

// deletion is one call of DeleteAll.
type deletion struct {
	*Store
	asked   map[string][]int // the purges of a key
	results []lox.Purged
}

func (d *deletion) run(ctx context.Context, purges []lox.Purge) error {
	within, cancel := context.WithTimeout(ctx, bulkTimeout)
	defer cancel()
	keys := slices.Sorted(maps.Keys(d.asked))
	if err := d.abortAll(within, keys); err != nil {
		return err
	}
	d.abortNamed(within, purges)
	if !d.Versioned() {
		return d.removeAll(within, d.withoutVersions(purges))
	}
	found := map[string][]string{}
	err := d.versionsOf(within, keys, func(key, version string) { found[key] = append(found[key], version) })
	if unknown(err) { // no versions after all
		return d.removeAll(within, d.withoutVersions(purges))
	}
	if err != nil {
		return err
	}
	var doomed []minio.ObjectInfo
	for _, key := range keys {
		for _, version := range found[key] {
			if d.isDoomed(purges, key, version, found[key]) {
				doomed = append(doomed, minio.ObjectInfo{Key: key, VersionID: version})
			}
		}
	}
	return d.removeAll(within, doomed)
}

// isDoomed reports whether a version is to be deleted. If the version to keep doesn't exist,
// no version is: the backup was deleted meanwhile, or one of the others may be the last copy of
// its bytes.
func (d *deletion) isDoomed(purges []lox.Purge, key, version string, all []string) bool {
	for _, i := range d.asked[key] {
		keep := purges[i].Keep
		if keep == "" || keep != version && slices.Contains(all, keep) {
			return true
		}
	}
	return false
}

// withoutVersions returns the objects to delete in a bucket that has no versions.
func (d *deletion) withoutVersions(purges []lox.Purge) (doomed []minio.ObjectInfo) {
	for _, p := range purges {
		if p.Keep == "" {
			doomed = append(doomed, minio.ObjectInfo{Key: p.ObjectKey})
		}
	}
	return doomed
}

// errMarked means that a deletion has left a delete marker, and has not removed the bytes.
var errMarked = errors.New("versioning was turned on for the bucket after the server started: restart the servers")

// removeAll removes objects or versions, and records the results in their purges.
func (d *deletion) removeAll(ctx context.Context, doomed []minio.ObjectInfo) error {
	if len(doomed) == 0 {
		return nil
	}
	queue := make(chan minio.ObjectInfo, len(doomed))
	for _, o := range doomed {
		queue <- o
		for _, i := range d.asked[o.Key] {
			if o.VersionID != "" {
				d.results[i].Removed++
			}
		}
	}
	close(queue)
	var failed error
	var single []minio.ObjectInfo
	// Read the channel to its end, also after failures: otherwise minio-go's goroutine blocks.
	for r := range d.api.RemoveObjectsWithResult(ctx, d.bucket, queue, minio.RemoveObjectsOptions{}) {
		if unknown(r.Err) { // the store deletes one by one
			single = append(single, minio.ObjectInfo{Key: r.ObjectName, VersionID: r.ObjectVersionID})
			continue
		}
		err := absentIsFine(r.Err)
		if err == nil && r.DeleteMarker && r.ObjectVersionID == "" {
			err = errMarked
		}
		if err != nil && r.ObjectName == "" {
			failed = err
		}
		d.note(r.ObjectName, r.ObjectVersionID, err)
	}
	for _, o := range single {
		d.note(o.Key, o.VersionID, d.removeVersion(ctx, o.Key, o.VersionID))
	}
	if failed == nil {
		failed = ctx.Err()
	}
	return failed
}

// note records the result of the removal of an object or version.
func (d *deletion) note(key, version string, err error) {
	if err == nil {
		return
	}
	for _, i := range d.asked[key] {
		d.results[i].Err = err
		if version != "" {
			d.results[i].Removed--
		}
	}
}

// versionsOf calls each with all versions and delete markers of keys, which must be sorted.
// Neighbouring keys share long lists. If foreign keys lie between two keys, a new list begins
// at the second one.
func (d *deletion) versionsOf(ctx context.Context, keys []string, each func(key, version string)) error {
	for page := maxPage; len(keys) > 0; {
		found, read, rest, err := d.listFrom(ctx, keys, page, each)
		if err != nil {
			return err
		}
		if keys = rest; found*2 >= read {
			page = min(page*10, maxPage)
		} else {
			page = minPage
		}
	}
	return nil
}

// listFrom lists versions from the first key on. It stops at a foreign key after the end of a
// page. It returns how many versions of keys it has found, how many versions it has read, and
// the remaining keys.
func (d *deletion) listFrom(
	ctx context.Context, keys []string, page int, each func(key, version string),
) (found, read int, rest []string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	first := keys[0]
	for o := range d.api.Client.ListObjects(ctx, d.bucket, minio.ListObjectsOptions{
		StartAfter: first[:len(first)-1], WithVersions: true, Recursive: true, MaxKeys: page,
	}) {
		if o.Err != nil {
			return found, read, keys, o.Err
		}
		for len(keys) > 0 && keys[0] < o.Key {
			keys = keys[1:]
		}
		switch {
		case len(keys) == 0:
			return found, read, nil, nil
		case o.Key < first: // it begins like the first key
			continue
		case o.Key == keys[0]:
			found++
			each(o.Key, o.VersionID)
		}
		if read++; read >= page && o.Key != keys[0] {
			return found, read, keys, nil
		}
	}
	return found, read, nil, nil
}

// abortNamed aborts the uploads in parts that purges name, and records failures in their results:
// such a purge is tried again.
func (d *deletion) abortNamed(ctx context.Context, purges []lox.Purge) {
	slots := make(chan struct{}, abortsAtOnce)
	var running sync.WaitGroup
	for i, p := range purges {
		if p.UploadID == "" {
			continue
		}
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			d.results[i].Err = d.abort(ctx, lox.PartsOf{Key: p.ObjectKey, UploadID: p.UploadID})
		})
	}
	running.Wait()
}

// abortAll aborts all unfinished uploads of the keys that the store lists, also those that no purge
// names, to free the space of their parts. MinIO lists only those of one key.
func (d *deletion) abortAll(ctx context.Context, keys []string) error {
	prefix := commonPrefix(keys[0], keys[len(keys)-1])
	var key, upload string
	for range maxUploadPages {
		list, err := d.api.ListMultipartUploads(ctx, d.bucket, prefix, key, upload, "", maxPage)
		if refused(err) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, u := range list.Uploads {
			if d.asked[u.Key] == nil {
				continue
			}
			if err := absentIsFine(d.api.AbortMultipartUpload(ctx, d.bucket, u.Key, u.UploadID)); err != nil {
				return err
			}
		}
		if key, upload = list.NextKeyMarker, list.NextUploadIDMarker; !list.IsTruncated {
			return nil
		}
	}
	return nil
}

func commonPrefix(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[:i]
		}
	}
	return a[:min(len(a), len(b))]
}
