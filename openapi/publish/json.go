package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"gopkg.in/yaml.v3"
)

// asJSON encodes a document as JSON with the keys in the order of the YAML. A map would sort them, and documentation made
// from the JSON would then list operations and fields alphabetically.
func asJSON(root *yaml.Node) ([]byte, error) {
	var buf bytes.Buffer
	if err := writeJSON(&buf, root.Content[0]); err != nil {
		return nil, fmt.Errorf("convert to JSON: %w", err)
	}
	return buf.Bytes(), nil
}

func writeJSON(buf *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.MappingNode:
		return writeObject(buf, n.Content)
	case yaml.SequenceNode:
		buf.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				buf.WriteByte(',')
			}
			if err := writeJSON(buf, item); err != nil {
				return err
			}
		}
		buf.WriteByte(']')
		return nil
	case yaml.ScalarNode:
		if n.Tag == "!!float" && json.Valid([]byte(n.Value)) {
			// Keep the text of the number: encoding/json would write 20.0 as 20.
			buf.WriteString(n.Value)
			return nil
		}
		var v any
		if err := n.Decode(&v); err != nil {
			return err
		}
		return writeScalar(buf, v)
	default:
		return fmt.Errorf("line %d: neither mapping, sequence nor scalar", n.Line)
	}
}

// writeObject writes a mapping, whose keys and values alternate.
func writeObject(buf *bytes.Buffer, pairs []*yaml.Node) error {
	buf.WriteByte('{')
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			buf.WriteByte(',')
		}
		// Write the key as text, even if YAML takes it for a number: JSON keys are strings.
		if err := writeScalar(buf, pairs[i].Value); err != nil {
			return err
		}
		buf.WriteByte(':')
		if err := writeJSON(buf, pairs[i+1]); err != nil {
			return err
		}
	}
	buf.WriteByte('}')
	return nil
}

func writeScalar(buf *bytes.Buffer, v any) error {
	enc := json.NewEncoder(buf)
	// Keep <, > and & readable. The JSON is not inserted into HTML.
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	buf.Truncate(buf.Len() - 1) // the newline that Encode adds
	return nil
}
