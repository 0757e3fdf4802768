// Package openapi holds the OpenAPI document of the LOX API, the source of truth for every request and response: the
// models, the server's interface and the clients are generated from it, and the server validates requests against it.
package openapi

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed openapi.yaml
var document []byte

// YAML returns the document as it was written: the bytes of the binary, which the
// caller must not change.
func YAML() []byte { return document }

// Load parses and validates the document, its examples and patterns included. Each call returns a value of its own, which
// the caller may change. It takes some milliseconds: call it once, at start-up.
func Load() (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = false
	// From the JSON, which is made anyway: the loader would make its own of YAML, by
	// way of maps, and takes half as long again.
	text, err := JSON()
	if err != nil {
		return nil, err
	}
	doc, err := loader.LoadFromData(text)
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
