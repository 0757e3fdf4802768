package main

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// member returns the value of an object's member, or nil.
func member(object *yaml.Node, name string) *yaml.Node {
	if object == nil || object.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			return object.Content[i+1]
		}
	}
	return nil
}

// set changes a member of an object, or adds it at the end.
func set(object *yaml.Node, name string, value *yaml.Node) {
	if at := member(object, name); at != nil {
		*at = *value
		return
	}
	object.Content = append(object.Content, text(name), value)
}

// remove removes a member of an object, if the object has it.
func remove(object *yaml.Node, name string) {
	for i := 0; i < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			object.Content = append(object.Content[:i], object.Content[i+2:]...)
			return
		}
	}
}

func text(s string) *yaml.Node {
	var n yaml.Node
	n.SetString(s) // writes several lines as a literal block
	return &n
}

// each calls visit for a node and all nodes below it.
func each(n *yaml.Node, visit func(*yaml.Node)) {
	visit(n)
	for _, child := range n.Content {
		each(child, visit)
	}
}

// resolveAliases replaces YAML's aliases by copies of their nodes, because JSON has no aliases.
func resolveAliases(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		*n = *n.Alias
	}
	n.Anchor = ""
	n.Content = slices.Clone(n.Content)
	for i, child := range n.Content {
		c := *child
		n.Content[i] = &c
		resolveAliases(&c)
	}
}
