package s3double

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
)

type listed struct {
	XMLName xml.Name

	Key          string `xml:"Key"`
	VersionID    string `xml:"VersionId,omitempty"`
	IsLatest     bool   `xml:"IsLatest"`
	LastModified string `xml:"LastModified"`
	ETag         string `xml:"ETag,omitempty"`
	Size         int64  `xml:"Size"`
}

func (o *object) listed(element, key string, latest bool) listed {
	return listed{
		XMLName: xml.Name{Local: element}, Key: key, VersionID: o.version, IsLatest: latest,
		LastModified: stamp(o.stored), ETag: o.etag, Size: o.size,
	}
}

// keysAfter returns the keys after marker that begin with prefix. The caller holds the lock.
func (s *Server) keysAfter(prefix, marker string) []string {
	first, found := slices.BinarySearch(s.keys, max(prefix, marker))
	if found && marker >= prefix {
		first++
	}
	keys := s.keys[first:]
	for i, key := range keys {
		if !strings.HasPrefix(key, prefix) {
			return keys[:i]
		}
	}
	return keys
}

// listObjects lists the latest versions (ListObjectsV2).
func (s *Server) listObjects(w http.ResponseWriter, r *http.Request, _ string) {
	query := r.URL.Query()
	var result struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool     `xml:"IsTruncated"`
		NextContinuationToken string   `xml:"NextContinuationToken"`
		Contents              []listed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	most := limit(r, "max-keys")
	for _, key := range s.keysAfter(query.Get("prefix"), max(query.Get("continuation-token"), query.Get("start-after"))) {
		if s.objects[key][0].deleted {
			continue
		}
		if result.IsTruncated = len(result.Contents) == most; result.IsTruncated {
			result.NextContinuationToken = result.Contents[most-1].Key
			break
		}
		result.Contents = append(result.Contents, s.objects[key][0].listed("Contents", key, true))
	}
	answer(w, result)
}

// listVersions lists all versions. A page has all versions of its last key, and so may be longer than requested.
func (s *Server) listVersions(w http.ResponseWriter, r *http.Request, _ string) {
	query := r.URL.Query()
	var result struct {
		XMLName       xml.Name `xml:"ListVersionsResult"`
		IsTruncated   bool     `xml:"IsTruncated"`
		NextKeyMarker string   `xml:"NextKeyMarker"`
		Versions      []listed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	most := limit(r, "max-keys")
	for _, key := range s.keysAfter(query.Get("prefix"), query.Get("key-marker")) {
		if n := len(result.Versions); n >= most {
			result.IsTruncated, result.NextKeyMarker = true, result.Versions[n-1].Key
			break
		}
		for i, o := range s.objects[key] {
			element := "Version"
			if o.deleted {
				element = "DeleteMarker"
			}
			result.Versions = append(result.Versions, o.listed(element, key, i == 0))
		}
	}
	answer(w, result)
}
