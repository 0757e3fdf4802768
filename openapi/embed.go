// Package openapi gives access to the published OpenAPI document of the LOX API. Requests are validated against it, and the
// models, the server's interface and the clients are generated from it. Its source is openapi.yaml in this directory.
package openapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/backlox/lox/gen/document"
)

// YAML returns the published document. The caller must not change the bytes.
func YAML() []byte { return document.YAML }

// JSON returns the published document as JSON, with all keys in the order of the YAML. The caller must not change the bytes.
func JSON() []byte { return document.JSON }

// At returns the published document with the API at url as its first server. Clients that are generated from it then don't
// send their keys to another server. url is absolute or relative to the document.
func At(url string) (asYAML, asJSON []byte, err error) {
	quoted, err := json.Marshal(url) // a JSON string is valid in YAML, too
	if err != nil {
		return nil, nil, err
	}
	const description = "This server"
	asYAML, err = insert(YAML(), "\nservers:\n", fmt.Sprintf("  - url: %s\n    description: %s\n", quoted, description))
	if err != nil {
		return nil, nil, err
	}
	asJSON, err = insert(JSON(), `,"servers":[`, fmt.Sprintf(`{"url":%s,"description":%q},`, quoted, description))
	return asYAML, asJSON, err
}

// insert inserts text after marker, which a document must contain exactly once.
func insert(document []byte, marker, text string) ([]byte, error) {
	if n := bytes.Count(document, []byte(marker)); n != 1 {
		return nil, fmt.Errorf("OpenAPI document: %q occurs %d times, not once", marker, n)
	}
	return bytes.Replace(document, []byte(marker), []byte(marker+text), 1), nil
}

// Load parses and validates the document with its examples and patterns. Each call returns a new value, which the caller may
// change. It takes some milliseconds, so call it once, at start-up.
func Load() (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = false
	// Loading the YAML takes half as long again, because the loader converts it to JSON first.
	doc, err := loader.LoadFromData(JSON())
	if err != nil {
		return nil, fmt.Errorf("load OpenAPI document: %w", err)
	}
	err = doc.Validate(context.Background(),
		openapi3.EnableExamplesValidation(),
		openapi3.EnableSchemaDefaultsValidation(),
		openapi3.EnableSchemaFormatValidation(),
		openapi3.EnableSchemaPatternValidation(),
	)
	if err != nil {
		return nil, fmt.Errorf("validate OpenAPI document: %w", err)
	}
	return doc, nil
}
