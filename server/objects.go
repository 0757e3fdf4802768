package server

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// maxObjectKey is the maximum length of a key of an object parameter, in characters. The document says it
// in words: OpenAPI 3.0 has no schema for keys.
const maxObjectKey = 128

// wantKey and wantUTF8 are the messages about a wrong key.
const (
	wantKey  = "Must have a key of 1 to 128 characters in the brackets, without NUL characters"
	wantUTF8 = "Must be UTF-8"
)

// takeObjects removes the object parameters (style deepObject: name[key]=value) from a query, and returns
// them by their names. It notes what is wrong with them.
//
// The libraries split a key at its brackets, and join the values of a repeated key. Here a key is
// everything between the first bracket and the last one.
func (p *problems) takeObjects(query url.Values) map[string]map[string]string {
	objects := map[string]map[string]string{}
	for name, values := range query {
		param, key := p.objectParam(name)
		if param == nil {
			continue
		}
		delete(query, name)
		p.inObjectParam(param, name, key, values)
		if objects[param.Name] == nil {
			objects[param.Name] = map[string]string{}
		}
		objects[param.Name][key] = values[0]
	}
	for name, object := range objects {
		schema := p.op.objects[name].Schema.Value
		if most := schema.MaxProps; most != nil && uint64(len(object)) > *most {
			p.note(name, message(schema, "maxProperties"))
		}
	}
	return objects
}

// objectParam returns the object parameter and the key that a name in the query refers to, or nil if there
// is no such parameter.
func (p *problems) objectParam(name string) (*openapi3.Parameter, string) {
	object, key, bracket := strings.Cut(name, "[")
	param := p.op.objects[object]
	if param == nil || !bracket || !strings.HasSuffix(key, "]") {
		return nil, ""
	}
	return param, strings.TrimSuffix(key, "]")
}

// inObjectParam notes what is wrong with one key of an object parameter.
func (p *problems) inObjectParam(param *openapi3.Parameter, name, key string, values []string) {
	schema := param.Schema.Value.AdditionalProperties.Schema.Value
	length := utf8.RuneCountInString(key)
	switch {
	case len(values) > 1:
		p.note(name, onlyOnce)
	case length == 0 || length > maxObjectKey || strings.ContainsRune(key, 0):
		p.note(name, wantKey)
	case !utf8.ValidString(name) || !utf8.ValidString(values[0]):
		p.note(strings.ToValidUTF8(name, "\uFFFD"), wantUTF8)
	default:
		if wrong, ok := errors.AsType[*openapi3.SchemaError](schema.VisitJSON(values[0])); ok {
			p.note(name, message(schema, wrong.SchemaField))
		}
	}
}
