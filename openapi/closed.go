package openapi

import (
	"encoding/json"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// Closed returns a strict form of the published document, as JSON: enumerations and objects are closed, and the responses
// 4XX and 5XX are removed. A server of this version must keep to it, so tests validate responses against it.
func Closed() ([]byte, error) {
	var doc any
	if err := json.Unmarshal(JSON(), &doc); err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	closeIn(doc)
	return json.Marshal(doc)
}

// closeIn closes the enumerations and objects in a part of the document.
func closeIn(part any) {
	switch part := part.(type) {
	case []any:
		for _, element := range part {
			closeIn(element)
		}
	case map[string]any:
		if known, ok := part["x-extensible-enum"]; ok {
			part["enum"] = known
		}
		if _, ok := part["properties"].(map[string]any); ok && part["additionalProperties"] == true {
			part["additionalProperties"] = false
		}
		if responses, ok := part["responses"].(map[string]any); ok {
			delete(responses, "4XX")
			delete(responses, "5XX")
		}
		for _, member := range part {
			closeIn(member)
		}
	}
}

// LoadClosed parses the result of Closed.
func LoadClosed() (*openapi3.T, error) {
	text, err := Closed()
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, fmt.Errorf("load OpenAPI document: %w", err)
	}
	return doc, nil
}

// Webhooks returns the operations under x-webhooks of a document by event type, with their references resolved. Loaders don't
// resolve them, because OpenAPI 3.0 has no webhooks and x-webhooks is an extension.
func Webhooks(doc *openapi3.T) (map[string]*openapi3.Operation, error) {
	named, ok := doc.Extensions["x-webhooks"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("OpenAPI document: x-webhooks is %T", doc.Extensions["x-webhooks"])
	}
	paths := map[string]any{}
	for name, item := range named {
		paths["/"+name] = item
	}
	text, err := json.Marshal(map[string]any{"openapi": doc.OpenAPI, "info": doc.Info, "paths": paths, "components": doc.Components})
	if err != nil {
		return nil, err
	}
	alone, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, fmt.Errorf("load x-webhooks: %w", err)
	}
	webhooks := map[string]*openapi3.Operation{}
	for name := range named {
		webhooks[name] = alone.Paths.Value("/" + name).Post
	}
	return webhooks, nil
}
