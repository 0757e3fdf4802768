// Package openapi gives access to the published OpenAPI document of the LOX API. Requests are validated against it, and the
// models, the server's interface and the clients are generated from it. Its source is openapi.yaml, beside this file.
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

// At returns the published document as a server at this address shows it: with its own API before the other servers, so that
// clients made from it don't send their keys elsewhere. url is that of the API, absolute or relative to the document.
func At(url string) (asYAML, asJSON []byte, err error) {
	quoted, err := json.Marshal(url) // which is YAML, too
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

// insert puts text behind the only place where a document has another one.
func insert(document []byte, behind, text string) ([]byte, error) {
	if bytes.Count(document, []byte(behind)) != 1 {
		return nil, fmt.Errorf("OpenAPI document: %q is not there once", behind)
	}
	return bytes.Replace(document, []byte(behind), []byte(behind+text), 1), nil
}

// Load parses and validates the document, its examples and patterns included. Each call returns a value of its own, which
// the caller may change. It takes some milliseconds: call it once, at start-up.
func Load() (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = false
	// From the JSON: of YAML the loader would make its own first, and take half as long again.
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
