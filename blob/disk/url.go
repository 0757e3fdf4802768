package disk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/backlox/lox"
)

// Path prefixes of the URLs. The key of the object follows.
const (
	UploadPath   = "/storage/upload/"
	DownloadPath = "/storage/download/"
)

// Names of the parameters of a URL. All of them are signed.
const (
	paramExpires   = "expires"   // seconds since 1970-01-01T00:00:00Z
	paramSize      = "size"      // of an upload, in bytes
	paramType      = "type"      // the media type that an upload must have, or that a download gets
	paramChecksum  = "checksum"  // of an upload, as sha256:<hex>
	paramPart      = "part"      // number of an uploaded part; missing for an upload of the whole object
	paramPartSize  = "part_size" // of all parts but the last, in bytes
	paramUpload    = "upload"    // id of the upload in parts
	paramFilename  = "filename"  // of a download
	paramSignature = "signature" // base64url of HMAC-SHA256
)

// Errors of refused URLs.
var (
	errAltered = errors.New("the signature of the URL is wrong: use the URL exactly as it was given")
	errExpired = errors.New("the URL has expired: ask for another one")
)

// signer signs URLs by HMAC-SHA256 (RFC 2104) over the path, which differs between uploads and downloads, and all
// parameters, sorted by name.
type signer struct{ key []byte }

func (s signer) signature(path string, query url.Values) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(path + "?" + query.Encode()))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// url returns a path with its signed parameters.
func (s signer) url(path string, query url.Values) string {
	signature := s.signature(path, query)
	return (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode() + "&" + paramSignature + "=" + signature
}

// verify returns the parameters of a URL. It fails if the signature is wrong or the URL has expired. path must be unescaped.
func (s signer) verify(path, rawQuery string, now time.Time) (url.Values, error) {
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, errAltered
	}
	signature := query.Get(paramSignature)
	query.Del(paramSignature)
	if !hmac.Equal([]byte(signature), []byte(s.signature(path, query))) {
		return nil, errAltered
	}
	expires, err := strconv.ParseInt(query.Get(paramExpires), 10, 64)
	if err != nil {
		return nil, errAltered
	}
	if !now.Before(time.Unix(expires, 0)) {
		return nil, errExpired
	}
	return query, nil
}

// admitted is what the URL of an upload allows.
type admitted struct {
	size        int64
	contentType string
	checksum    *lox.Checksum
	// part is the number of a part, 0 for an upload of the whole object. Only a part has partSize and uploadID.
	part     int
	partSize int64
	uploadID string
}

// admittedBy parses the verified parameters of an upload.
func admittedBy(query url.Values) (a admitted, err error) {
	if a.size, err = strconv.ParseInt(query.Get(paramSize), 10, 64); err != nil {
		return a, errAltered
	}
	a.contentType = query.Get(paramType)
	if text := query.Get(paramChecksum); text != "" {
		sum, err := lox.ParseChecksum(text)
		if err != nil {
			return a, errAltered
		}
		a.checksum = &sum
	}
	if !query.Has(paramPart) {
		return a, nil
	}
	a.uploadID = query.Get(paramUpload)
	if a.part, err = strconv.Atoi(query.Get(paramPart)); err != nil || a.part < 1 || a.part > lox.MaxParts {
		return a, errAltered
	}
	if a.partSize, err = strconv.ParseInt(query.Get(paramPartSize), 10, 64); err != nil {
		return a, errAltered
	}
	return a, nil
}
