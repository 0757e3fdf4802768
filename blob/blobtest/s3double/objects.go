package s3double

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// object is a version of an object, or a delete marker.
type object struct {
	content

	version, etag string
	stored        time.Time
	deleted       bool
	// checksum says that the client declared the SHA-256.
	checksum bool
}

func (s *Server) putObject(w http.ResponseWriter, r *http.Request, key string) {
	c, err := s.receive(r)
	if err != nil {
		failWith(w, err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &object{content: c, etag: s.next("e"), checksum: r.Header.Get("X-Amz-Checksum-Sha256") != ""}
	s.add(key, o)
	describe(w, o)
}

func failWith(w http.ResponseWriter, err error) {
	code := "InternalError"
	if known, ok := errors.AsType[refusal](err); ok {
		code = known.code
	}
	fail(w, http.StatusBadRequest, code)
}

// add makes an object the latest version. The caller holds the lock.
func (s *Server) add(key string, o *object) {
	o.stored = time.Now()
	i, found := slices.BinarySearch(s.keys, key)
	if !found {
		s.keys = slices.Insert(s.keys, i, key)
	}
	if !s.versioned {
		s.objects[key] = nil
	} else {
		o.version = s.next("v")
	}
	s.objects[key] = append([]*object{o}, s.objects[key]...)
}

// find returns a version, or the latest one. The caller holds the lock.
func (s *Server) find(key, version string) *object {
	for _, o := range s.objects[key] {
		if version == "" || o.version == version {
			return o
		}
	}
	return nil
}

func describe(w http.ResponseWriter, o *object) {
	w.Header().Set("Etag", `"`+o.etag+`"`)
	if o.version != "" {
		w.Header().Set("X-Amz-Version-Id", o.version)
	}
}

// getObject answers GET and HEAD.
func (s *Server) getObject(w http.ResponseWriter, r *http.Request, key string) {
	version := r.URL.Query().Get("versionId")
	s.mu.Lock()
	o := s.find(key, version)
	s.mu.Unlock()
	switch {
	case o == nil && version != "":
		fail(w, http.StatusNotFound, "NoSuchVersion")
		return
	case o == nil || o.deleted:
		fail(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	describe(w, o)
	if o.checksum && r.Header.Get("X-Amz-Checksum-Mode") != "" {
		w.Header().Set("X-Amz-Checksum-Sha256", base64.StdEncoding.EncodeToString(o.sum[:]))
		w.Header().Set("X-Amz-Checksum-Type", "FULL_OBJECT")
	}
	for name, values := range r.URL.Query() {
		if header, ok := strings.CutPrefix(name, "response-"); ok {
			w.Header().Set(header, values[0])
		}
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/octet-stream")
	}
	http.ServeContent(w, r, "", o.stored, o.reader())
}

func (s *Server) deleteObject(w http.ResponseWriter, r *http.Request, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(key, r.URL.Query().Get("versionId"))
	w.WriteHeader(http.StatusNoContent)
}

// remove removes a version. Without one, it removes the object, or adds a delete marker if the bucket has
// versioning. The caller holds the lock.
func (s *Server) remove(key, version string) (marked bool) {
	if version == "" && s.versioned {
		s.add(key, &object{deleted: true})
		return true
	}
	s.objects[key] = slices.DeleteFunc(s.objects[key], func(o *object) bool { return o.version == version || version == "null" && o.version == "" })
	if len(s.objects[key]) > 0 {
		return false
	}
	delete(s.objects, key)
	if i, found := slices.BinarySearch(s.keys, key); found {
		s.keys = slices.Delete(s.keys, i, i+1)
	}
	return false
}

type named struct {
	Key       string `xml:"Key"`
	VersionID string `xml:"VersionId,omitempty"`
}

func (s *Server) deleteSeveral(w http.ResponseWriter, r *http.Request, _ string) {
	var asked struct {
		Objects []named `xml:"Object"`
	}
	if err := xml.NewDecoder(r.Body).Decode(&asked); err != nil {
		fail(w, http.StatusBadRequest, "MalformedXML")
		return
	}
	type deleted struct {
		named

		DeleteMarker bool `xml:"DeleteMarker,omitempty"`
	}
	var result struct {
		XMLName xml.Name  `xml:"DeleteResult"`
		Deleted []deleted `xml:"Deleted"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range asked.Objects {
		result.Deleted = append(result.Deleted, deleted{o, s.remove(o.Key, o.VersionID)})
	}
	answer(w, result)
}
