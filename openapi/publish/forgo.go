package main

import (
	"strconv"

	"gopkg.in/yaml.v3"
)

// adaptForGo tells oapi-codegen what it can't find out by itself.
func adaptForGo(root *yaml.Node) error {
	each(root, func(object *yaml.Node) {
		// Go's enumerations are open: constants of a string type. So constants for the known values are safe.
		if known := member(object, "x-extensible-enum"); known != nil {
			set(object, "enum", known)
		}
		// The generator has names of its own, which begin with that of the type.
		remove(object, "x-enum-varnames")
		// An int is large enough, and what Go programs count with.
		if format := member(object, "format"); format != nil && format.Value == "int32" {
			remove(object, "format")
		}
	})
	for _, schema := range values(member(member(root.Content[0], "components"), "schemas")) {
		// What a later server adds is left out, rather than kept in a map beside the fields.
		if open := member(schema, "additionalProperties"); open != nil && open.Value == "true" && member(schema, "properties") != nil {
			remove(schema, "additionalProperties")
		}
		// The generator would sort the fields by name, and with them the JSON that the server writes.
		for i, property := range values(member(schema, "properties")) {
			if member(property, "$ref") != nil {
				// Members beside a $ref are ignored by everyone but this generator.
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
