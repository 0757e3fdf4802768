package main

import (
	"strconv"

	"gopkg.in/yaml.v3"
)

// adaptForGo changes the document to what oapi-codegen needs.
func adaptForGo(root *yaml.Node) error {
	each(root, func(object *yaml.Node) {
		// An enumeration in Go is a string type with constants, so it also takes values that a later version adds.
		if known := member(object, "x-extensible-enum"); known != nil {
			set(object, "enum", known)
		}
		// oapi-codegen makes names that begin with the name of the type.
		remove(object, "x-enum-varnames")
		// The type int is large enough and usual in Go.
		if format := member(object, "format"); format != nil && format.Value == "int32" {
			remove(object, "format")
		}
	})
	for _, schema := range values(member(member(root.Content[0], "components"), "schemas")) {
		// Drop members that a later server adds. The generated type would keep them in a map otherwise.
		if open := member(schema, "additionalProperties"); open != nil && open.Value == "true" && member(schema, "properties") != nil {
			remove(schema, "additionalProperties")
		}
		// Without x-order, the generator sorts the fields by name, and the server's JSON has that order.
		for i, property := range values(member(schema, "properties")) {
			if member(property, "$ref") != nil {
				// This generator reads members beside a $ref.
				property.Content = append(property.Content, text("x-order"), number(i+1))
				continue
			}
			set(property, "x-order", number(i+1))
		}
	}
	return nil
}

func values(object *yaml.Node) []*yaml.Node {
	if object == nil {
		return nil
	}
	var found []*yaml.Node
	for i := 1; i < len(object.Content); i += 2 {
		found = append(found, object.Content[i])
	}
	return found
}

func number(n int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(n)}
}
