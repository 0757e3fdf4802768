package traffic

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/backlox/lox/openapi"
)

// Coverage keeps what of a document was seen on the wire:
//
//   - each status of each operation, and each media type of its body;
//   - each parameter and each header of a response;
//   - each schema, and of it each property, each value of an enumeration, and
//     null where it may be;
//   - each named example: a message of the same place and shape;
//   - each webhook.
//
// It is safe for concurrent use.
type Coverage struct {
	doc      *openapi3.T
	webhooks map[string]*openapi3.Operation

	mu sync.Mutex
	// seen holds all that can be seen, in the words of Missing.
	seen map[string]bool
}

// NewCoverage begins with nothing seen. The document must be loaded, with its
// references resolved.
func NewCoverage(doc *openapi3.T) (*Coverage, error) {
	webhooks, err := openapi.Webhooks(doc)
	if err != nil {
		return nil, err
	}
	c := &Coverage{doc: doc, webhooks: webhooks, seen: map[string]bool{}}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			c.expectOperation(item, op)
		}
	}
	for name, post := range webhooks {
		c.expect("webhook " + name)
		for _, p := range post.Parameters {
			c.expect("parameter " + p.Value.Name + " of webhooks")
		}
		c.expectExamples("webhook "+name, post.RequestBody.Value.Content)
	}
	for name, schema := range doc.Components.Schemas {
		// A union has no values of its own, and an event that is unknown is one that
		// only a later version sends.
		if len(schema.Value.AnyOf)+len(schema.Value.OneOf) == 0 && name != "UnknownEvent" {
			c.expectSchema(name, schema)
		}
	}
	return c, nil
}

func (c *Coverage) expect(what string) {
	if !elsewhere[what] {
		c.seen[what] = false
	}
}

func (c *Coverage) expectOperation(item *openapi3.PathItem, op *openapi3.Operation) {
	for _, p := range parameters(item, op) {
		c.expect("parameter " + p.Name + " of " + op.OperationID)
	}
	if op.RequestBody != nil {
		for media := range op.RequestBody.Value.Content {
			c.expect("body " + media + " of " + op.OperationID)
		}
		c.expectExamples("request of "+op.OperationID, op.RequestBody.Value.Content)
	}
	for status, response := range op.Responses.Map() {
		c.expect("operation " + op.OperationID + " " + status)
		for name, header := range response.Value.Headers {
			c.expect(headerName(name, header))
		}
		c.expectExamples(placeOf(op, status, response), response.Value.Content)
	}
}

func parameters(item *openapi3.PathItem, op *openapi3.Operation) []*openapi3.Parameter {
	all := make([]*openapi3.Parameter, 0, len(item.Parameters)+len(op.Parameters))
	for _, p := range append(slices.Clone(item.Parameters), op.Parameters...) {
		all = append(all, p.Value)
	}
	return all
}

// headerName is that of a component, if it is one: then it needs to be seen
// only once.
func headerName(name string, header *openapi3.HeaderRef) string {
	if header.Ref != "" {
		name = component(header.Ref)
	}
	return "header " + name
}

func component(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// placeOf is where the examples of a response stand.
func placeOf(op *openapi3.Operation, status string, response *openapi3.ResponseRef) string {
	if response.Ref != "" {
		return "response " + component(response.Ref)
	}
	return "response of " + op.OperationID + " " + status
}

func (c *Coverage) expectExamples(place string, content openapi3.Content) {
	for _, media := range content {
		for name := range media.Examples {
			c.expect(exampleName(place, name))
		}
	}
}

func exampleName(place, name string) string { return "example " + name + " in " + place }

// expectSchema expects a schema of the components, and what it is made of up
// to the next one.
func (c *Coverage) expectSchema(at string, ref *openapi3.SchemaRef) {
	c.expect("schema " + at)
	c.expectParts(at, ref.Value)
}

func (c *Coverage) expectParts(at string, s *openapi3.Schema) {
	for _, value := range s.Enum {
		c.expect(fmt.Sprintf("schema %s = %v", at, value))
	}
	if s.Nullable {
		c.expect("schema " + at + " = null")
	}
	for name, property := range s.Properties {
		c.expectPart(at+"."+name, property)
	}
	if s.Items != nil {
		c.expectPart(at+"[]", s.Items)
	}
	if s.AdditionalProperties.Schema != nil {
		c.expectPart(at+".*", s.AdditionalProperties.Schema)
	}
	for _, part := range s.AllOf {
		if part.Ref == "" {
			c.expectParts(at, part.Value)
		}
	}
}

func (c *Coverage) expectPart(at string, ref *openapi3.SchemaRef) {
	if at == "DeliveryList.total_capped" { // takes 10,000 deliveries, which a test of the server has
		return
	}
	c.expect("schema " + at)
	if ref.Ref == "" {
		c.expectParts(at, ref.Value)
	}
}

// elsewhere is what no client of the API can see, or bring about: tests of the commands
// have it.
var elsewhere = map[string]bool{
	// No key of the tenant works any more.
	"schema EventType = tenant.closed":  true,
	"schema EventType = tenant.deleted": true,
	// It takes a storage that has lost something.
	"schema EventType = backup.lost":     true,
	"schema EventType = backup.repaired": true,
	// It takes a day.
	"schema EventType = backup.upload_extended": true,
	// It takes more than 64 MiB, whose verification is looked at half-way.
	"schema Backup.verified_bytes": true,
	// It takes another master key.
	"schema EventType = webhook.secret_resealed": true,
}

func (c *Coverage) mark(what string) {
	if _, expected := c.seen[what]; expected {
		c.seen[what] = true
	}
}

// See marks what an exchange shows. Whether it is right is for a Validator to
// say.
func (c *Coverage) See(e Exchange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	path, query, _ := strings.Cut(e.Path, "?")
	item, op, inPath := c.operation(e.Method, path)
	if op == nil {
		return
	}
	values, _ := url.ParseQuery(query)
	for _, p := range parameters(item, op) {
		given := p.In == openapi3.ParameterInQuery && values.Has(p.Name) ||
			p.In == openapi3.ParameterInHeader && e.Header.Get(p.Name) != ""
		var value any = values.Get(p.Name)
		switch {
		case p.In == openapi3.ParameterInPath:
			given, value = true, inPath[p.Name]
		case p.Style == openapi3.SerializationDeepObject:
			object := objectIn(values, p.Name)
			given, value = len(object) > 0, object
		}
		if given && e.Status < http.StatusMultipleChoices {
			c.mark("parameter " + p.Name + " of " + op.OperationID)
			c.seeValue("", p.Schema, value)
		}
	}
	accepted := e.Status < http.StatusMultipleChoices
	if op.RequestBody != nil && accepted && len(e.Body) > 0 {
		media, _, _ := mime.ParseMediaType(e.Header.Get("Content-Type"))
		c.mark("body " + media + " of " + op.OperationID)
		c.seeBody("request of "+op.OperationID, op.RequestBody.Value.Content[media], e.Body)
	}
	status := strconv.Itoa(e.Status)
	response := op.Responses.Value(status)
	if response == nil {
		return
	}
	c.mark("operation " + op.OperationID + " " + status)
	for name, header := range response.Value.Headers {
		if e.Response.Get(name) != "" {
			c.mark(headerName(name, header))
		}
	}
	media, _, _ := mime.ParseMediaType(e.Response.Get("Content-Type"))
	c.seeBody(placeOf(op, status, response), response.Value.Content[media], e.Answer)
}

// objectIn is a parameter that is an object: each of its keys is written as name[key].
func objectIn(query url.Values, name string) map[string]any {
	object := map[string]any{}
	for key := range query {
		if inside, ok := strings.CutPrefix(key, name+"["); ok && strings.HasSuffix(inside, "]") {
			object[strings.TrimSuffix(inside, "]")] = query.Get(key)
		}
	}
	return object
}

// SeeError marks what the body of an error shows that answers something which is
// no operation.
func (c *Coverage) SeeError(body []byte) {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seeValue("", &openapi3.SchemaRef{Ref: "ErrorResponse", Value: c.doc.Components.Schemas["ErrorResponse"].Value}, value)
}

// SeeWebhook marks what an event shows that was sent to a URL of the tenant's. It
// returns the schema that the document declares for its body, or nil if it has no
// such event.
func (c *Coverage) SeeWebhook(header http.Header, body []byte) *openapi3.SchemaRef {
	var event struct {
		Event string `json:"event"`
	}
	if json.Unmarshal(body, &event) != nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	post := c.webhooks[event.Event]
	if post == nil {
		return nil
	}
	c.mark("webhook " + event.Event)
	for _, p := range post.Parameters {
		if header.Get(p.Value.Name) != "" {
			c.mark("parameter " + p.Value.Name + " of webhooks")
		}
	}
	media := post.RequestBody.Value.Content["application/json"]
	c.seeBody("webhook "+event.Event, media, body)
	return media.Schema
}

// operation finds the operation of a request, and its path parameters.
func (c *Coverage) operation(method, path string) (*openapi3.PathItem, *openapi3.Operation, map[string]string) {
	parts := strings.Split(path, "/")
	for template, item := range c.doc.Paths.Map() {
		op := item.GetOperation(method)
		wanted := strings.Split(template, "/")
		if op == nil || len(wanted) != len(parts) {
			continue
		}
		params, fits := map[string]string{}, true
		for i, part := range wanted {
			if name, variable := strings.CutPrefix(part, "{"); variable {
				params[strings.TrimSuffix(name, "}")] = parts[i]
			} else if part != parts[i] {
				fits = false
			}
		}
		if fits {
			return item, op, params
		}
	}
	return nil, nil, nil
}

func (c *Coverage) seeBody(place string, media *openapi3.MediaType, body []byte) {
	var value any
	if media == nil || json.Unmarshal(body, &value) != nil {
		return
	}
	c.seeValue("", media.Schema, value)
	for name, example := range media.Examples {
		if alike(media.Schema, example.Value.Value, value) {
			c.mark(exampleName(place, name))
		}
	}
}

// seeValue marks the schemas that a value shows. at is the place within the
// last schema that has a name.
func (c *Coverage) seeValue(at string, ref *openapi3.SchemaRef, value any) {
	if ref.Ref != "" {
		c.mark("schema " + at)
		at = component(ref.Ref)
	}
	c.mark("schema " + at)
	s := ref.Value
	if value == nil {
		c.mark("schema " + at + " = null")
	}
	if len(s.Enum) > 0 {
		c.mark(fmt.Sprintf("schema %s = %v", at, value))
	}
	for _, part := range s.AllOf {
		c.seeValue(at, part, value)
	}
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if property := s.Properties[name]; property != nil {
				c.seeValue(at+"."+name, property, member)
			} else if s.AdditionalProperties.Schema != nil {
				c.seeValue(at+".*", s.AdditionalProperties.Schema, member)
			}
		}
	case []any:
		for _, element := range value {
			if s.Items != nil {
				c.seeValue(at+"[]", s.Items, element)
			}
		}
	}
}

// Missing lists what was not seen, sorted.
func (c *Coverage) Missing() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var missing []string
	for what, seen := range c.seen {
		if !seen {
			missing = append(missing, what)
		}
	}
	slices.Sort(missing)
	return missing
}

// Counts tells how many things there are to see, by kind: the first word of
// what Missing lists.
func (c *Coverage) Counts() map[string]int {
	counts := map[string]int{}
	for what := range c.seen {
		kind, _, _ := strings.Cut(what, " ")
		counts[kind]++
	}
	return counts
}

// Knows reports whether an exchange is about an operation of the document.
func (c *Coverage) Knows(e Exchange) bool {
	path, _, _ := strings.Cut(e.Path, "?")
	_, op, _ := c.operation(e.Method, path)
	return op != nil
}
