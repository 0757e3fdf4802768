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

// Coverage records which parts of a document were covered by real messages:
//
//   - each status of each operation, and each media type of its body;
//   - each parameter and each header of a response;
//   - each schema, with each property, each enumerated value, and null where it is
//     allowed;
//   - each named example, by a message in the same place and of the same shape;
//   - each webhook.
//
// It is safe for concurrent use.
type Coverage struct {
	doc      *openapi3.T
	webhooks map[string]*openapi3.Operation

	mu sync.Mutex
	// covered tells for each part, as Missing names it, whether it was covered.
	covered map[string]bool
}

// NewCoverage returns a Coverage with nothing covered. The references of the document
// must be resolved.
func NewCoverage(doc *openapi3.T) (*Coverage, error) {
	webhooks, err := openapi.Webhooks(doc)
	if err != nil {
		return nil, err
	}
	c := &Coverage{doc: doc, webhooks: webhooks, covered: map[string]bool{}}
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
		// A union has no values of its own. Only a later version sends an UnknownEvent.
		if len(schema.Value.AnyOf)+len(schema.Value.OneOf) == 0 && name != "UnknownEvent" {
			c.expectSchema(name, schema)
		}
	}
	return c, nil
}

// expect adds a part to those that must be covered.
func (c *Coverage) expect(part string) {
	if !coveredElsewhere[part] {
		c.covered[part] = false
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

// headerName names a header of a response. A header that is a component has one name
// for all responses, so it needs to be covered only once.
func headerName(name string, header *openapi3.HeaderRef) string {
	if header.Ref != "" {
		name = component(header.Ref)
	}
	return "header " + name
}

func component(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// placeOf names the place of a response's examples.
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

// expectSchema expects a schema of the components and its parts. Where a part refers
// to another schema of the components, it doesn't expect that schema's parts.
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
	if at == "DeliveryList.total_capped" { // a test of the server covers it, because it takes 10,000 deliveries
		return
	}
	c.expect("schema " + at)
	if ref.Ref == "" {
		c.expectParts(at, ref.Value)
	}
}

// coveredElsewhere are parts that a client of the API can't see or cause. Tests of
// the commands cover them.
var coveredElsewhere = map[string]bool{
	// After these, no key of the tenant works.
	"schema EventType = tenant.closed":  true,
	"schema EventType = tenant.deleted": true,
	// The storage must have lost a file.
	"schema EventType = backup.lost":     true,
	"schema EventType = backup.repaired": true,
	// It happens after a day.
	"schema EventType = backup.upload_extended": true,
	// It shows only while more than 64 MiB are being verified.
	"schema Backup.verified_bytes": true,
	// The operator must change the master key.
	"schema EventType = webhook.secret_resealed": true,
}

func (c *Coverage) mark(part string) {
	if _, expected := c.covered[part]; expected {
		c.covered[part] = true
	}
}

// See marks the parts that an exchange covers. It doesn't validate the exchange.
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

// objectIn reads a parameter of the style deepObject from a query: name[key]=value.
func objectIn(query url.Values, name string) map[string]any {
	object := map[string]any{}
	for key := range query {
		if inside, ok := strings.CutPrefix(key, name+"["); ok && strings.HasSuffix(inside, "]") {
			object[strings.TrimSuffix(inside, "]")] = query.Get(key)
		}
	}
	return object
}

// SeeError marks the parts of ErrorResponse that an error covers whose request was
// none of the operations.
func (c *Coverage) SeeError(body []byte) {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seeValue("", &openapi3.SchemaRef{Ref: "ErrorResponse", Value: c.doc.Components.Schemas["ErrorResponse"].Value}, value)
}

// SeeWebhook marks the parts that a webhook covers. It returns the schema of the
// webhook's body, or nil if the document has no such event.
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
	for template, item := range c.doc.Paths.Map() {
		params, fits := matchPath(template, path)
		if op := item.GetOperation(method); fits && op != nil {
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
		if matchesExample(media.Schema, example.Value.Value, value) {
			c.mark(exampleName(place, name))
		}
	}
}

// seeValue marks the parts of schemas that a value covers. at is the place within the
// innermost schema that has a name.
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

// Missing lists the parts that were not covered, sorted.
func (c *Coverage) Missing() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var missing []string
	for part, covered := range c.covered {
		if !covered {
			missing = append(missing, part)
		}
	}
	slices.Sort(missing)
	return missing
}

// Counts returns the number of parts by kind. The kind is the first word of a part's
// name.
func (c *Coverage) Counts() map[string]int {
	counts := map[string]int{}
	for part := range c.covered {
		kind, _, _ := strings.Cut(part, " ")
		counts[kind]++
	}
	return counts
}

// Knows reports whether the document has the operation of an exchange.
func (c *Coverage) Knows(e Exchange) bool {
	path, _, _ := strings.Cut(e.Path, "?")
	_, op, _ := c.operation(e.Method, path)
	return op != nil
}
