// Package growth makes a LOX server look like a later version of itself, to show which clients would keep working with it.
package growth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
)

// NewProxy forwards all requests to target, a URL such as http://127.0.0.1:8080. To JSON answers below /api it adds what a
// later version may add: members of objects, and values of open enumerations. See Grow. It forwards the client's Host, so
// that upload and download URLs in answers lead through the proxy, too.
func NewProxy(target string) (http.Handler, error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	if to.Scheme == "" || to.Host == "" {
		return nil, fmt.Errorf("%q is not an absolute URL", target)
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
			// growResponse can't add to a compressed body.
			r.Out.Header.Set("Accept-Encoding", "identity")
		},
		ModifyResponse: growResponse,
	}, nil
}

func growResponse(r *http.Response) error {
	if !strings.HasPrefix(r.Request.URL.Path, "/api/") || r.Request.Method == http.MethodHead || !isJSON(r.Header) {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if err := r.Body.Close(); err != nil {
		return err
	}
	if len(body) > 0 {
		if body, err = Grow(body); err != nil {
			return err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.TransferEncoding = nil
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

func isJSON(h http.Header) bool {
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

// Grow changes a JSON answer to what a later version might send:
//   - every object with fixed members has the additional member added_later, an object;
//   - status, plan, code, event and type have values that the document doesn't list;
//   - the lists events and scopes have an additional element.
func Grow(body []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	// A float64 would round the sizes of large files.
	decoder.UseNumber()
	var answer any
	if err := decoder.Decode(&answer); err != nil {
		return nil, err
	}
	var grown bytes.Buffer
	encoder := json.NewEncoder(&grown)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(grow(answer)); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(grown.Bytes(), []byte("\n")), nil
}

var (
	// maps are objects whose names users or the store choose. They get no additional member: it would be data that nobody sent.
	maps = map[string]bool{"metadata": true, "settings": true, "upload_headers": true, "details": true}
	// enumerations are members for which a later version may add values.
	enumerations = map[string]bool{"status": true, "plan": true, "code": true, "event": true, "type": true}
	// lists are members whose elements are values of an open enumeration. Some lists with these names have objects instead.
	lists = map[string]bool{"events": true, "scopes": true}
)

func grow(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = growMember(name, member)
		}
		value["added_later"] = map[string]any{"reason": "a later version", "numbers": []int{1, 2}}
	case []any:
		for i, element := range value {
			value[i] = grow(element)
		}
	}
	return value
}

func growMember(name string, value any) any {
	switch member := value.(type) {
	case map[string]any:
		if maps[name] {
			return value
		}
	case string:
		// The status of a delivery attempt is an HTTP status, a number, so it is not changed.
		if enumerations[name] {
			return member + "_later"
		}
	case []any:
		if lists[name] && len(member) > 0 && isText(member[0]) {
			return append(member, "later.added")
		}
	}
	return grow(value)
}

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}
