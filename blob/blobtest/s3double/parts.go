package s3double

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// upload is an upload in parts.
type upload struct {
	key, id string
	begun   time.Time
	parts   map[int]part
}

// part is an uploaded part. Its bytes are zeros.
type part struct {
	size   int64
	etag   string
	stored time.Time
}

// minPart is the smallest size that S3 accepts for a part that isn't the last one, in bytes.
const minPart = 5 << 20

func (s *Server) begin(w http.ResponseWriter, _ *http.Request, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := &upload{key: key, id: s.next("u"), begun: time.Now(), parts: map[int]part{}}
	s.uploads[u.id] = u
	answer(w, struct {
		XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
		UploadID string   `xml:"UploadId"`
	}{UploadID: u.id})
}

// of returns the upload of a request. If there is none, it answers with an error and returns nil. The caller holds the
// lock.
func (s *Server) of(w http.ResponseWriter, r *http.Request, key string) *upload {
	u := s.uploads[r.URL.Query().Get("uploadId")]
	if u == nil || u.key != key {
		fail(w, http.StatusNotFound, "NoSuchUpload")
		return nil
	}
	return u
}

func (s *Server) putPart(w http.ResponseWriter, r *http.Request, key string) {
	number, err := strconv.Atoi(r.URL.Query().Get("partNumber"))
	if err != nil || number < 1 || number > 10_000 {
		fail(w, http.StatusBadRequest, "InvalidArgument")
		return
	}
	c, err := s.receive(r)
	if err == nil && len(strings.Trim(string(c.kept), "\x00")) > 0 {
		err = refusal{"OnlyZerosAreTakenAsParts"}
	}
	if err != nil {
		failWith(w, err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.of(w, r, key)
	if u == nil {
		return
	}
	p := part{size: c.size, etag: s.next("p"), stored: time.Now()}
	u.parts[number] = p
	w.Header().Set("Etag", `"`+p.etag+`"`)
}

func (s *Server) listParts(w http.ResponseWriter, r *http.Request, key string) {
	type listedPart struct {
		PartNumber   int    `xml:"PartNumber"`
		LastModified string `xml:"LastModified"`
		ETag         string `xml:"ETag"`
		Size         int64  `xml:"Size"`
	}
	var result struct {
		XMLName              xml.Name     `xml:"ListPartsResult"`
		IsTruncated          bool         `xml:"IsTruncated"`
		NextPartNumberMarker int          `xml:"NextPartNumberMarker"`
		Parts                []listedPart `xml:"Part"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.of(w, r, key)
	if u == nil {
		return
	}
	after, _ := strconv.Atoi(r.URL.Query().Get("part-number-marker"))
	most := limit(r, "max-parts")
	for number := after + 1; number <= 10_000; number++ {
		p, ok := u.parts[number]
		if !ok {
			continue
		}
		if result.IsTruncated = len(result.Parts) == most; result.IsTruncated {
			break
		}
		result.Parts = append(result.Parts, listedPart{number, stamp(p.stored), `"` + p.etag + `"`, p.size})
		result.NextPartNumberMarker = number
	}
	answer(w, result)
}

func (s *Server) complete(w http.ResponseWriter, r *http.Request, key string) {
	var asked struct {
		Parts []struct {
			PartNumber int    `xml:"PartNumber"`
			ETag       string `xml:"ETag"`
		} `xml:"Part"`
	}
	if err := xml.NewDecoder(r.Body).Decode(&asked); err != nil || len(asked.Parts) == 0 {
		fail(w, http.StatusBadRequest, "MalformedXML")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.of(w, r, key)
	if u == nil {
		return
	}
	var size int64
	for i, each := range asked.Parts {
		p, ok := u.parts[each.PartNumber]
		switch {
		case i > 0 && each.PartNumber <= asked.Parts[i-1].PartNumber:
			fail(w, http.StatusBadRequest, "InvalidPartOrder")
			return
		case !ok || p.etag != strings.Trim(each.ETag, `"`):
			fail(w, http.StatusBadRequest, "InvalidPart")
			return
		case i < len(asked.Parts)-1 && p.size < minPart:
			fail(w, http.StatusBadRequest, "EntityTooSmall")
			return
		}
		size += p.size
	}
	delete(s.uploads, u.id)
	o := &object{content: content{size: size}, etag: fmt.Sprintf("%s-%d", s.next("e"), len(asked.Parts))}
	s.add(key, o)
	describe(w, o)
	answer(w, struct {
		XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
		Bucket  string   `xml:"Bucket"`
		Key     string   `xml:"Key"`
		ETag    string   `xml:"ETag"`
	}{Bucket: Bucket, Key: key, ETag: `"` + o.etag + `"`})
}

func (s *Server) abort(w http.ResponseWriter, r *http.Request, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.of(w, r, key); u != nil {
		delete(s.uploads, u.id)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) listUploads(w http.ResponseWriter, r *http.Request, _ string) {
	type listedUpload struct {
		Key       string `xml:"Key"`
		UploadID  string `xml:"UploadId"`
		Initiated string `xml:"Initiated"`
	}
	var result struct {
		XMLName            xml.Name       `xml:"ListMultipartUploadsResult"`
		IsTruncated        bool           `xml:"IsTruncated"`
		NextKeyMarker      string         `xml:"NextKeyMarker"`
		NextUploadIDMarker string         `xml:"NextUploadIdMarker"`
		Uploads            []listedUpload `xml:"Upload"`
	}
	query := r.URL.Query()
	after := listedUpload{Key: query.Get("key-marker"), UploadID: query.Get("upload-id-marker")}
	compare := func(a, b listedUpload) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.UploadID, b.UploadID))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.uploads {
		each := listedUpload{u.key, u.id, stamp(u.begun)}
		if strings.HasPrefix(u.key, query.Get("prefix")) && compare(each, after) > 0 {
			result.Uploads = append(result.Uploads, each)
		}
	}
	slices.SortFunc(result.Uploads, compare)
	if most := limit(r, "max-uploads"); len(result.Uploads) > most {
		result.IsTruncated, result.Uploads = true, result.Uploads[:most]
		result.NextKeyMarker, result.NextUploadIDMarker = result.Uploads[most-1].Key, result.Uploads[most-1].UploadID
	}
	answer(w, result)
}
