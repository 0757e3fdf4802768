package traffic

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is an OpenAPI document as plain JSON. OpenAPI 3.0 has the schemas of JSON Schema
// draft 4, except for nullable.
type document struct {
	root map[string]any

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by JSON pointer
}

// base is the URL that the compiler knows the document by. Nothing is fetched from it.
const base = "lox:openapi"

func readDocument(text []byte) (*document, error) {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	allowNull(value)
	root, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("read OpenAPI document: it is no object")
	}
	d := &document{root: root, compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	d.compiler.DefaultDraft(jsonschema.Draft4)
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(base, root); err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	return d, nil
}

// allowNull replaces nullable, which JSON Schema doesn't know.
func allowNull(part any) {
	switch part := part.(type) {
	case []any:
		for _, element := range part {
			allowNull(element)
		}
	case map[string]any:
		if part["nullable"] == true {
			part["type"] = []any{part["type"], "null"}
			if values, ok := part["enum"].([]any); ok {
				part["enum"] = append(values, nil)
			}
		}
		for _, member := range part {
			allowNull(member)
		}
	}
}

// at returns the object with a name in the root of the document.
func (d *document) at(name string) node { return node{d, "", d.root}.child(name) }

// node is an object of the document. Its value is nil if the document doesn't have it.
type node struct {
	doc     *document
	pointer string // RFC 6901
	value   map[string]any
}

// child returns a member that is an object, and follows its reference.
func (n node) child(name string) node {
	return n.resolve(n.pointer+"/"+escape.Replace(name), n.value[name])
}

// list returns the elements of a member that is a list of objects.
func (n node) list(name string) []node {
	elements, _ := n.value[name].([]any)
	nodes := make([]node, 0, len(elements))
	for i, element := range elements {
		nodes = append(nodes, n.resolve(fmt.Sprintf("%s/%s/%d", n.pointer, name, i), element))
	}
	return nodes
}

var escape = strings.NewReplacer("~", "~0", "/", "~1")

func (n node) resolve(pointer string, value any) node {
	object, _ := value.(map[string]any)
	ref, ok := object["$ref"].(string)
	if !ok {
		return node{n.doc, pointer, object}
	}
	found := node{n.doc, "", n.doc.root}
	for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		found = found.child(name)
	}
	return found
}

// validate checks a value of the JSON types against the schema that n is.
func (n node) validate(at string, value any) error {
	schema, err := n.doc.compile(n.pointer)
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return nil
}

func (d *document) compile(pointer string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if schema := d.schemas[pointer]; schema != nil {
		return schema, nil
	}
	schema, err := d.compiler.Compile(base + "#" + pointer)
	if err == nil {
		d.schemas[pointer] = schema
	}
	return schema, err
}
